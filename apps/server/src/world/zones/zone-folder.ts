/** Reads all zones from their files, and tells everything that is wrong with them at once. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Complain } from './shape';
import { buildZone, type Zone } from './zone';
import { checkExits, checkZone, type ReadZone, type Start, startProblem, withWays } from './zone-checks';
import { type ZoneFile, zoneFile } from './zone-file';

/** The world cannot be entered as it is. The message names every problem, a line each: file, field, what is wrong. */
export class BrokenWorldError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(`The world is broken:\n${problems.map((problem) => `  ${problem}`).join('\n')}`);
  }
}

/** Told of each file once it has been read and checked by itself. */
export type Progress = (file: string, zone: ZoneFile | undefined) => void;

/**
 * The zones of the files `*.json` in a folder, by id, in the order of their names. `start`: where new characters begin.
 * @throws BrokenWorldError
 */
export function readZones(
  folder: string,
  start: Start,
  progress: Progress = () => undefined,
): ReadonlyMap<string, Zone> {
  const problems: string[] = [];
  const zones = new Map<string, ReadZone>();
  const unreadable = new Set<string>();
  for (const name of filesIn(folder, problems)) {
    const file = `${basename(folder)}/${name}`;
    const complain: Complain = (path, problem) =>
      void problems.push([file, ...(path === '' ? [] : [path]), problem].join(': '));
    const zone = readZone(join(folder, name), complain, problems);
    if (zone) {
      if (`${zone.id}.json` !== name) complain('id', `must be the name of the file, is '${zone.id}'`);
      const read = withWays(zone, complain);
      checkZone(read);
      zones.set(zone.id, read);
    } else unreadable.add(basename(name, '.json'));
    progress(file, zone);
  }
  for (const read of zones.values()) checkExits(read, zones, unreadable);
  const atStart = unreadable.has(start.zone) ? undefined : startProblem(zones, start);
  if (atStart) problems.push(`${basename(folder)}/${start.zone}.json: ${atStart}`);
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

/** Undefined where its shape is wrong: then nothing more can be said about it. */
function readZone(path: string, complain: Complain, problems: readonly string[]): ZoneFile | undefined {
  const before = problems.length;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    complain('', `is not JSON: ${(error as Error).message}`);
    return undefined;
  }
  const zone = zoneFile(content, '', complain);
  return problems.length === before ? zone : undefined;
}
