/** The application's logger: winston behind Nest's Logger, with structured fields, redaction and correlation ids. */
import type { LoggerService } from '@nestjs/common';
import { WinstonModule } from 'nest-winston';
import { createLogger as createWinston, format, type Logger as WinstonInstance, transports } from 'winston';
import type { AppConfig } from '../config/app-config';
import { currentCorrelation } from './correlation';
import type { LogLevel } from './log-levels';
import { redaction } from './redaction';

const addCorrelation = format((info) => {
  const correlation = currentCorrelation();
  if (correlation?.id !== undefined) info['correlationId'] = correlation.id;
  if (correlation?.event !== undefined) info['event'] ??= correlation.event;
  if (correlation?.userId !== undefined) info['userId'] ??= correlation.userId;
  return info;
});

// Nest's own boot messages, which help only to debug module wiring: logged at level debug only.
const NEST_BOOT_CONTEXTS = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'WebSocketsController',
  'NestApplication',
]);

const dropBootMessages = format((info) =>
  info.level === 'info' && NEST_BOOT_CONTEXTS.has(String(info['context'])) ? false : info,
);

const OWN_FIELDS = new Set(['level', 'message', 'timestamp', 'context', 'stack', 'service']);

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const prettyFormat = format.printf((info) => {
  const rest = Object.entries(info).filter(([key, value]) => !OWN_FIELDS.has(key) && value !== undefined);
  const fields = rest.map(([key, value]) => ` ${key}=${toText(value)}`).join('');
  const time = toText(info['timestamp']).slice(11, 23);
  const [stack] = [info['stack']].flat();
  const trace = typeof stack === 'string' ? `\n${stack}` : '';
  return `${time} ${info.level} [${toText(info['context'] ?? '-')}] ${toText(info.message)}${fields}${trace}`;
});

/** A logger whose level can be changed while the server runs. */
export interface LeveledLogger extends LoggerService {
  readonly level: LogLevel;
  setLevel(level: LogLevel): void;
}

export function createLogger(config: Pick<AppConfig, 'logLevel' | 'logFormat' | 'nodeId'>): LeveledLogger {
  const output =
    config.logFormat === 'json'
      ? [format.json()]
      : [...(process.stdout.isTTY ? [format.colorize()] : []), prettyFormat];
  const instance = createWinston({
    level: config.logLevel,
    ...(config.logFormat === 'json' ? { defaultMeta: { nodeId: config.nodeId } } : {}),
    format: format.combine(
      ...(config.logLevel === 'debug' ? [] : [dropBootMessages()]),
      format.timestamp(),
      addCorrelation(),
      redaction(),
      ...output,
    ),
    transports: [new transports.Console({ stderrLevels: [] })],
  });
  return withLevels(WinstonModule.createLogger({ instance }), instance, config.logLevel);
}

const METHODS = [
  ['log', 'info'],
  ['warn', 'warn'],
  ['debug', 'debug'],
  ['verbose', 'verbose'],
] as const;

const ignore = (): undefined => undefined;

/** Replaces the methods of disabled levels: winston formats and redacts an entry before it checks the level. */
function withLevels(logger: LoggerService, instance: WinstonInstance, configured: LogLevel): LeveledLogger {
  let current = configured;
  const enabled = METHODS.map(([method]) => logger[method]?.bind(logger) ?? ignore);
  const setLevel = (level: LogLevel): void => {
    current = instance.level = level;
    for (const [index, [method, needed]] of METHODS.entries())
      logger[method] = (instance.isLevelEnabled(needed) && enabled[index]) || ignore;
  };
  setLevel(configured);
  return Object.defineProperty(Object.assign(logger, { setLevel }), 'level', { get: () => current }) as LeveledLogger;
}
