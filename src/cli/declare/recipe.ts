import { Argument } from 'commander';
import { choiceOption } from '../option-values.ts';
import { addNotes } from './notes.ts';
import { addCommon, type DeclareCommand } from './shared-options.ts';

/** The names of src/recipe/recipes.ts, which is not loaded for this. */
export const RECIPE_NAMES = ['intel', 'amd', 'arm-smmu-v3', 'core', 'guest'] as const;

export const declareRecipe: DeclareCommand = (program, session, outcome) => {
  addNotes(addCommon(program.command('recipe')), {
    examples: [
      'faultlog recipe',
      'faultlog recipe intel >record.sh      # read it; then, as root on the machine with the problem: sh record.sh',
      'faultlog recipe core | ssh root@host sh -s 60',
    ],
  })
    .description('print a script that records a good capture on the machine with the problem')
    .addArgument(
      new Argument('[recipe]', `${RECIPE_NAMES.join(', ')}; without one: what each records`).argParser(
        choiceOption('recipe', RECIPE_NAMES),
      ),
    )
    .action(async (name: (typeof RECIPE_NAMES)[number] | undefined) => {
      const { runRecipe } = await import('../commands/recipe.ts');
      outcome.code = await runRecipe(session, name);
    });
};
