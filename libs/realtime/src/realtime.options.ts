/** What an application may set when it imports the realtime module. */
import type { PolicyOverrides } from './limits/resolve-policy';

export interface RealtimeOptions {
  /** Rate policies by command, in place of those of the contract. */
  policies?: PolicyOverrides;
}

export const REALTIME_OPTIONS = Symbol('REALTIME_OPTIONS');
