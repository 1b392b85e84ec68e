/** Settings that an application passes as values, under the names of environment variables and in place of them. */
import type { ProcessEnvironment } from './app-config';
import { findNearest, isSetting } from './unknown-variables';

/** Such as `{ REDIS_URL: 'redis://localhost', DRAIN_MS: 0 }`. */
export type Settings = Readonly<Record<string, string | number | boolean | undefined>>;

const VALUE_TYPES = ['string', 'number', 'boolean', 'undefined'];

/** @returns one sentence for each name that is no setting, and for each value that no setting can have. */
export function settingProblems(settings: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    if (!isSetting(name)) {
      const nearest = findNearest(name);
      return nearest === undefined
        ? [`${name} is unknown: settings have the names of environment variables, such as REDIS_URL`]
        : [`${name} is unknown: did you mean ${nearest}?`];
    }
    return VALUE_TYPES.includes(typeof value) ? [] : [`${name} must be a text, a number or a boolean`];
  });
}

/** The environment with these settings in place of its own. A setting that is undefined is left as it is there. */
export function withSettings(settings: Settings, environment: ProcessEnvironment = process.env): ProcessEnvironment {
  const given = Object.entries(settings).filter(([, value]) => value !== undefined);
  return { ...environment, ...Object.fromEntries(given.map(([name, value]) => [name, String(value)])) };
}
