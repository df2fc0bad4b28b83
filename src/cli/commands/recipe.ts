import { InvariantError } from '../../base/assert.ts';
import { RECIPES, recipeScript } from '../../recipe/recipes.ts';
import { EXIT } from '../exit-code.ts';
import { type Session, write } from '../session.ts';

/** `faultlog recipe NAME`: the script; without a name the list. */
export async function runRecipe(session: Session, name: string | undefined): Promise<number> {
  if (name === undefined) {
    await write(session.stdout, RECIPES.map((recipe) => `${recipe.name.padEnd(12)} ${recipe.description}\n`).join(''));
    return EXIT.clean;
  }
  const recipe = RECIPES.find((candidate) => candidate.name === name);
  if (recipe === undefined) throw new InvariantError('a recipe is missing', { name });
  await write(session.stdout, recipeScript(recipe));
  return EXIT.clean;
}
