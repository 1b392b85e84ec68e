/** Declares a bound beyond single requests. */
import { VARIABLES } from '../../../../libs/platform/src/config/variables';

/** A constant of the sources, whose value a test compares with the one declared here. */
export interface SourceConstant {
  readonly file: string;
  readonly name: string;
  readonly value: string;
}

export interface GlobalBound {
  readonly what: string;
  readonly most: string;
  readonly by: readonly (SourceConstant | keyof typeof VARIABLES)[];
  /** What happens past the bound. */
  readonly past: string;
}

export const sourceConstant = (file: string, name: string, value: string): SourceConstant => ({ file, name, value });
export const realtimeConstant = (file: string, name: string, value: string) =>
  sourceConstant(`libs/realtime/src/${file}`, name, value);
export const serverConstant = (file: string, name: string, value: string) =>
  sourceConstant(`apps/server/src/${file}`, name, value);
export const contractsConstant = (file: string, name: string, value: string) =>
  sourceConstant(`libs/contracts/src/${file}`, name, value);
export const globalBound = (
  what: string,
  most: string,
  by: readonly (SourceConstant | keyof typeof VARIABLES)[],
  past: string,
): GlobalBound => ({ what, most, by, past });
