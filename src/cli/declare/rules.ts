import { Option } from 'commander';
import { DOCS_FORMATS, type DocsOptions, type RulesOptions } from '../command-options.ts';
import { choiceOption } from '../option-values.ts';
import { addNotes } from './notes.ts';
import { addCommon, type DeclareCommand, formatFlag } from './shared-options.ts';

export const declareRules: DeclareCommand = (program, session, outcome) => {
  addNotes(addCommon(program.command('explain')), {
    examples: ['faultlog explain FL201', 'faultlog explain crossed-response --format markdown'],
  })
    .description("print a rule's documentation")
    .argument('<rule>', 'id or name of a rule, like FL201 or crossed-response')
    .addOption(formatFlag(DOCS_FORMATS))
    .action(async (rule: string, options: DocsOptions) => {
      const { runExplain } = await import('../commands/rules.ts');
      outcome.code = await runExplain(session, rule, options);
    });

  addNotes(addCommon(program.command('rules')), {
    examples: ['faultlog rules --severity error', 'faultlog rules --format json=rules.json'],
  })
    .description('list all rules')
    .addOption(
      new Option('--severity <severity>', 'only rules of this severity').argParser(
        choiceOption('--severity', ['error', 'warning', 'note']),
      ),
    )
    .addOption(formatFlag(DOCS_FORMATS))
    .action(async (options: RulesOptions) => {
      const { runRules } = await import('../commands/rules.ts');
      outcome.code = await runRules(session, options);
    });
};
