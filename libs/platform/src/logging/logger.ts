/** The logger: winston behind Nest's Logger, structured, redacted, with the correlation id of what is going on. */
import type { LoggerService } from '@nestjs/common';
import { WinstonModule } from 'nest-winston';
import { createLogger as createWinston, format, transports } from 'winston';
import type { AppConfig } from '../config/app-config';
import { correlation } from './correlation';
import { redaction } from './redaction';

const correlated = format((info) => {
  const store = correlation();
  if (store?.id !== undefined) info['correlationId'] = store.id;
  if (store?.event !== undefined) info['event'] ??= store.event;
  if (store?.userId !== undefined) info['userId'] ??= store.userId;
  return info;
});

// What Nest says of itself while it starts; of use to those who look for a fault in the wiring.
const WIRING = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'WebSocketsController',
  'NestApplication',
]);

const quietWiring = format((info) => (info.level === 'info' && WIRING.has(String(info['context'])) ? false : info));

const OWN_FIELDS = new Set(['level', 'message', 'timestamp', 'context', 'stack', 'service']);

const text = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const pretty = format.printf((info) => {
  const rest = Object.entries(info).filter(([key, value]) => !OWN_FIELDS.has(key) && value !== undefined);
  const fields = rest.map(([key, value]) => ` ${key}=${text(value)}`).join('');
  const time = text(info['timestamp']).slice(11, 23);
  const [stack] = [info['stack']].flat();
  const trace = typeof stack === 'string' ? `\n${stack}` : '';
  return `${time} ${info.level} [${text(info['context'] ?? '-')}] ${text(info.message)}${fields}${trace}`;
});

export function createLogger(config: Pick<AppConfig, 'logLevel' | 'logFormat' | 'nodeId'>): LoggerService {
  const shape =
    config.logFormat === 'json' ? [format.json()] : [...(process.stdout.isTTY ? [format.colorize()] : []), pretty];
  const instance = createWinston({
    level: config.logLevel,
    ...(config.logFormat === 'json' ? { defaultMeta: { nodeId: config.nodeId } } : {}),
    format: format.combine(
      ...(config.logLevel === 'debug' ? [] : [quietWiring()]),
      format.timestamp(),
      correlated(),
      redaction(),
      ...shape,
    ),
    transports: [new transports.Console({ stderrLevels: [] })],
  });
  return withoutWhatNobodyReads(WinstonModule.createLogger({ instance }), (level) => instance.isLevelEnabled(level));
}

/** Winston would format and redact an entry before it finds that its level is off. */
function withoutWhatNobodyReads(logger: LoggerService, isEnabled: (level: string) => boolean): LoggerService {
  for (const [method, level] of [
    ['log', 'info'],
    ['warn', 'warn'],
    ['debug', 'debug'],
    ['verbose', 'verbose'],
  ] as const)
    if (!isEnabled(level)) logger[method] = () => undefined;
  return logger;
}
