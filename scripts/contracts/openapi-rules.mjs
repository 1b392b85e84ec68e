// Lints docs/api/openapi.json by the rules of Redocly, of Spectral, and of OpenAPI itself. A unit test compares it with the sources.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import SwaggerParser from '@apidevtools/swagger-parser';
import spectral from '@stoplight/spectral-core';
import rulesets from '@stoplight/spectral-rulesets';
import { root } from '../build-if-needed.mjs';

const DOCUMENT = 'docs/api/openapi.json';

/** Rules of Spectral that are off, each for its reason. */
const RULES_OFF = {
  // The project has no address that answers questions.
  'info-contact': 'off',
  // The license is named by its SPDX identifier; OpenAPI allows this or an address.
  'license-url': 'off',
  // What an operation does stands in its summary, a whole sentence.
  'operation-description': 'off',
};

/** @returns whether no rule is broken; prints the problems. */
export async function apiDocumentIsValid(path = join(root, DOCUMENT)) {
  const outcomes = [lintByRedocly(path), await lintBySpectral(path), await validateByParser(path)];
  return outcomes.every(Boolean);
}

/** The rules stand in redocly.yaml. */
function lintByRedocly(path) {
  const cli = join(root, 'node_modules/@redocly/cli/bin/cli.js');
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'lint', path], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  });
  if (status !== 0) console.error(`Redocly:\n${stdout}${stderr}`);
  return status === 0;
}

/** Warnings count. */
async function lintBySpectral(path) {
  const linter = new spectral.Spectral();
  linter.setRuleset({ extends: [rulesets.oas], rules: RULES_OFF });
  const problems = await linter.run(JSON.parse(readFileSync(path, 'utf8')));
  for (const { code, message, path: place } of problems)
    console.error(`Spectral: ${place.join('.')}: ${message} (${code})`);
  return problems.length === 0;
}

async function validateByParser(path) {
  try {
    await SwaggerParser.validate(path);
    return true;
  } catch (error) {
    console.error(`swagger-parser: ${error.message}`);
    return false;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  process.exitCode = (await apiDocumentIsValid(process.argv[2])) ? 0 : 1;
