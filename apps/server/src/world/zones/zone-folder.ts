/** Reads all zones from their files, and reports all problems of all files at once. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Complain } from './shape';
import { buildZone, type Zone } from './zone';
import {
  checkExits,
  checkZone,
  type ParsedZone,
  type StartingPlace,
  startProblem,
  withPathfinder,
} from './zone-checks';
import { type ZoneFile, zoneFile } from './zone-file';

/** The zone files are invalid. The message has one line per problem: file, field, what is wrong. */
export class BrokenWorldError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The world is broken:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** Called for each file after its own checks; `zone` is undefined if the file could not be read. */
type ZoneReadListener = (file: string, zone: ZoneFile | undefined) => void;

/**
 * Reads the zones from the `*.json` files of a folder, by id, in file order. `start`: where new characters start.
 * @throws BrokenWorldError
 */
export function readZones(
  folder: string,
  start: StartingPlace,
  onRead: ZoneReadListener = () => undefined,
): ReadonlyMap<string, Zone> {
  const problems: string[] = [];
  const zones = new Map<string, ParsedZone>();
  const unreadable = new Set<string>();
  for (const name of filesIn(folder, problems)) {
    const file = `${basename(folder)}/${name}`;
    const complain: Complain = (path, problem) =>
      void problems.push([file, ...(path === '' ? [] : [path]), problem].join(': '));
    const zone = readZone(join(folder, name), complain, problems);
    if (zone) {
      if (`${zone.id}.json` !== name) complain('id', `must be the name of the file, is '${zone.id}'`);
      const parsed = withPathfinder(zone, complain);
      checkZone(parsed);
      zones.set(zone.id, parsed);
    } else unreadable.add(basename(name, '.json'));
    onRead(file, zone);
  }
  for (const parsed of zones.values()) checkExits(parsed, zones, unreadable);
  const problemAtStart = unreadable.has(start.zone) ? undefined : startProblem(zones, start);
  if (problemAtStart) problems.push(`${basename(folder)}/${start.zone}.json: ${problemAtStart}`);
  if (problems.length > 0) throw new BrokenWorldError(problems);
  return new Map([...zones].map(([id, { zone }]) => [id, buildZone(zone)]));
}

function filesIn(folder: string, problems: string[]): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    problems.push(`${folder}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
    return [];
  }
}

/** Undefined if the file does not match the schema: further checks are not possible then. */
function readZone(path: string, complain: Complain, problems: readonly string[]): ZoneFile | undefined {
  const problemCount = problems.length;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    complain('', `is not JSON: ${(error as Error).message}`);
    return undefined;
  }
  const zone = zoneFile(content, '', complain);
  return problems.length === problemCount ? zone : undefined;
}
