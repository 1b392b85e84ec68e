/** Example response of the log levels, checked against its type. */
import type { LogLevels } from './admin-log-level.service';

export const LOG_LEVELS_EXAMPLE: LogLevels = {
  nodes: [
    { nodeId: 'game-1', answered: true, level: 'debug', configuredLevel: 'info', until: '2030-05-17T12:15:00.000Z' },
    { nodeId: 'game-2', answered: false },
  ],
};
