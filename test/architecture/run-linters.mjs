// Runs dependency-cruiser and ESLint with the configuration of this repository over the trees of the architecture test.
// A separate process for all trees, because both are ES modules, which the test runner cannot load.
import { readFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { cruise } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { ESLint } from 'eslint';
import { combatRules, environmentRules, houseRules } from '../../eslint.config.mjs';

const root = resolve(import.meta.dirname, '../..');
const { trees, lintRoot } = JSON.parse(readFileSync(0, 'utf8'));
const cruiseOptions = await extractOptions(`${root}/.dependency-cruiser.cjs`);

/** The names of the rules that are violated in a tree. */
async function cruiseTree(tree) {
  process.chdir(tree);
  const { output } = await cruise(
    ['.'],
    cruiseOptions,
    // Without `bustTheCache`, aliases would be resolved in the previous tree.
    { bustTheCache: true, tsConfig: `${tree}/tsconfig.json` },
    { tsConfig: extractTsConfig(`${tree}/tsconfig.json`) },
  );
  return output.summary.violations.map(({ rule }) => rule.name);
}

/** File → the names of the rules that are violated in it. */
async function lintAll() {
  const eslint = new ESLint({ cwd: lintRoot, overrideConfigFile: `${root}/eslint.config.mjs` });
  const results = await eslint.lintFiles(['.']);
  return Object.fromEntries(
    results.map(({ filePath, messages }) => [
      relative(lintRoot, filePath),
      messages.map(({ ruleId, message }) => ruleId ?? message),
    ]),
  );
}

const cruised = [];
for (const tree of trees) cruised.push(await cruiseTree(tree));

process.stdout.write(
  JSON.stringify({
    cruised,
    linted: await lintAll(),
    dependencyRules: cruiseOptions.ruleSet.forbidden.map(({ name }) => name),
    lintRules: Object.keys({ ...houseRules, ...environmentRules, ...combatRules }),
  }),
);
