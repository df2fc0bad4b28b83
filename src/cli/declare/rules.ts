import { Option } from 'commander';
import { DOCS_FORMATS, type DocsOptions, type RulesOptions } from '../command-options.ts';
import { choiceOption } from '../option-values.ts';
import { addCommon, type DeclareCommand, formatFlag } from './shared-options.ts';

export const declareRules: DeclareCommand = (program, session, outcome) => {
  addCommon(program.command('explain'))
    .description("print a rule's documentation")
    .argument('<rule>', 'id or name of a rule, like FL201 or crossed-response')
    .addOption(formatFlag(DOCS_FORMATS))
    .action(async (rule: string, options: DocsOptions) => {
      const { runExplain } = await import('../commands/rules.ts');
      outcome.code = await runExplain(session, rule, options);
    });

  addCommon(program.command('rules'))
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
