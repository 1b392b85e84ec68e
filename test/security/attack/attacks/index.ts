/** All attacks of the suite. */
import { connectPackets } from './admission/connect-packets';
import { manyConnections, reconnectStorm } from './admission/many-connections';
import { pollingUnknownNamespaces } from './admission/polling-unknown-namespaces';
import { silentPolling, silentTcp, silentWebSockets, slowBodies, slowHeaders } from './admission/silent-connections';
import { http2Upgrades, oddHandshakes, otherUpgrades, secondWebSockets, unfinishedProbes } from './admission/upgrades';
import { frameFloods } from './frames/frame-floods';
import { malformedFrames } from './frames/malformed-frames';
import { nonReadingBeforeAdmission, nonReadingGuests, nonReadingHttp } from './frames/slow-consumers';
import { unfinishedFrames } from './frames/unfinished-frames';
import { memberConnections } from './guests/members';
import { readers } from './guests/readers';
import { claimingGuests, commandFlood, reconnectingGuests, selectingGuests } from './guests/sessions';
import { writers } from './guests/writers';
import { loginFlood, oddTokens, registrationFlood } from './http/logins';
import { requestFloods } from './http/request-floods';
import type { Attack } from '../support/attack';

export const ATTACKS: readonly Attack[] = [
  pollingUnknownNamespaces,
  ...connectPackets,
  silentTcp,
  slowHeaders,
  slowBodies,
  silentWebSockets,
  silentPolling,
  manyConnections,
  reconnectStorm,
  otherUpgrades,
  http2Upgrades,
  unfinishedProbes,
  secondWebSockets,
  oddHandshakes,
  ...frameFloods,
  ...unfinishedFrames,
  ...malformedFrames,
  nonReadingBeforeAdmission,
  nonReadingGuests,
  nonReadingHttp,
  ...requestFloods,
  loginFlood,
  registrationFlood,
  oddTokens,
  ...writers,
  ...readers,
  reconnectingGuests,
  selectingGuests,
  claimingGuests,
  commandFlood,
  memberConnections,
];
