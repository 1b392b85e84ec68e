/** The steps about tokens: connecting, being refused, and staying when a token expires. */
import { setTimeout as delay } from 'node:timers/promises';
import { withExpiry } from '../../chaos/support/token-expiry';
import { ClientFault } from '../client-program';
import { QUIET_MS } from '../stage';
import type { ConformanceStep } from './conformance-step';

const TOKEN_LIFE_MS = 4_000;
/** A token is accepted for a moment after its expiry. */
const AFTER_EXPIRY_MS = 1_000;

/** A client cannot see that the server refuses this token: it has to present it. */
function withWrongSignature(token: string): string {
  const [header = '', claims = '', signature = ''] = token.split('.');
  return `${header}.${claims}.${'A'.repeat(signature.length)}`;
}

export const connectStep: ConformanceStep = {
  name: 'connect',
  expects: 'connects with a token, and learns its user',
  play: (stage) => stage.connect(),
};

export const refuseStep: ConformanceStep = {
  name: 'refuse',
  expects: 'reports the code of a refusal, and can connect with another token afterwards',
  async play(stage) {
    const { program, deadlineMs, sightings } = stage;
    const token = withWrongSignature(stage.user.accessToken);
    stage.token = token;
    stage.instructToConnect(token);
    const { code } = await program.next('refused', deadlineMs, undefined, 'a report that the token was refused');
    if (code !== 'INVALID_TOKEN') throw new ClientFault(`expected the code INVALID_TOKEN, got ${code}`);
    if (program.all('connected').length > 0) throw new ClientFault('expected a refusal, got connected before it');
    const presented = sightings.countOf(token);
    if (presented === 0) throw new ClientFault('got refused, but the token was never presented to the server');
    if (sightings.refusals === 0) throw new ClientFault('got refused, but the server has refused no token');
    await delay(QUIET_MS);
    const repeated = sightings.countOf(token) - presented;
    if (repeated > 0)
      throw new ClientFault(`expected the refused token to be presented no further, got it ${repeated} more times`);
    stage.token = stage.user.accessToken;
    await stage.connect();
  },
};

export const refreshStep: ConformanceStep = {
  name: 'refresh',
  isOptional: true,
  expects: 'gets a fresh token before or at the expiry of the old one, and misses nothing',
  async play(stage) {
    const { program, deadlineMs } = stage;
    const expiresAt = Date.now() + TOKEN_LIFE_MS;
    await stage.connect(withExpiry(stage.user.accessToken, expiresAt));
    await stage.write(4);
    await program.next('token-needed', TOKEN_LIFE_MS + deadlineMs, undefined, 'a request for a fresh token');
    await delay(Math.max(0, expiresAt + AFTER_EXPIRY_MS - Date.now()));
    await stage.write(4);
    await stage.expectEverything();
  },
};
