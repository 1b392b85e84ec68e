/** The views of the console, in the order of the navigation. */
import { auditView } from './audit/audit-view';
import { broadcastsView } from './broadcasts/broadcasts-view';
import { connectionsView } from './connections/connections-view';
import { fightsView } from './fights/fights-view';
import { limitsView } from './limits/limits-view';
import { nodesView } from './nodes/nodes-view';
import { overviewView } from './overview/overview-view';
import { peopleView } from './people/people-view';
import { roomsView } from './rooms/rooms-view';
import type { View } from './view';

export const VIEWS: readonly [View, ...View[]] = [
  overviewView,
  nodesView,
  peopleView,
  connectionsView,
  roomsView,
  fightsView,
  broadcastsView,
  auditView,
  limitsView,
];
