/** How a bound beyond single requests is declared. */
import { VARIABLES } from '../../../libs/platform/src/config/variables';

/** A constant of the sources, whose value a test compares with what stands here. */
export interface Constant {
  readonly file: string;
  readonly name: string;
  readonly value: string;
}

export interface GlobalBound {
  readonly what: string;
  readonly most: string;
  readonly by: readonly (Constant | keyof typeof VARIABLES)[];
  /** What becomes of what is past it. */
  readonly past: string;
}

export const constant = (file: string, name: string, value: string): Constant => ({ file, name, value });
export const realtime = (file: string, name: string, value: string) =>
  constant(`libs/realtime/src/${file}`, name, value);
export const server = (file: string, name: string, value: string) => constant(`apps/server/src/${file}`, name, value);
export const contracts = (file: string, name: string, value: string) =>
  constant(`libs/contracts/src/${file}`, name, value);
export const bound = (
  what: string,
  most: string,
  by: readonly (Constant | keyof typeof VARIABLES)[],
  past: string,
): GlobalBound => ({ what, most, by, past });
