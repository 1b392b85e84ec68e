/** The types of codes: an application can compare with each code that appears at run time. `npm run types` checks them. */
import type { CloseCode } from '@aeturnis/contracts';
import { connectSimulated, simulate } from '../../../../test/support/sdk/simulated-client';
import type { RequestError } from '../base/request-error';
import type { ConnectionPhase } from './connection-state';

const CLOSE_CODES = {
  ...{ ACCOUNT_DISABLED: true, LOGGED_OUT: true, EXPIRED_TOKEN: true, RATE_LIMITED: true },
  ...{ DRAINING: true, KICKED: true, OVERLOADED: true },
} as const satisfies Record<CloseCode, true>;
const codes = Object.keys(CLOSE_CODES) as (keyof typeof CLOSE_CODES)[];

/** Type errors here are errors of TypeScript, such as TS2367. */
const isKickedState = (state: ConnectionPhase): boolean => state.phase === 'ended' && state.code === 'KICKED';
const isKickedError = ({ code }: RequestError): boolean => code === 'KICKED';

it.each(codes)('connection: a close with %s is the code of the end, and of what is requested later', async (code) => {
  const { client, link } = await connectSimulated(simulate());
  link().push('system:disconnected', { code, message: 'closed', reconnect: false });
  expect(client.state.get()).toMatchObject({ phase: 'ended', code });
  expect(isKickedState(client.state.get())).toBe(code === 'KICKED');
  const error: unknown = await client.request('system:ping', {}).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code });
  expect(isKickedError(error as RequestError)).toBe(code === 'KICKED');
});
