/** Starts and stops the server inside a process, for `main.ts`, the demo and tests. */
import { type AddressInfo, isIPv6 } from 'node:net';
import { type INestApplication, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  type AppConfig,
  ConfigError,
  createLogger,
  Database,
  type ProcessEnvironment,
  listenOn,
  loadConfig,
  LogLevelControl,
  Shutdown,
  assertPortAvailable,
  findUnknownVariables,
} from '@aeturnis/platform';
import { useRealtime } from '@aeturnis/realtime';
import { checkListedNames, jwtKey } from './accounts';
import { AppModule } from './app.module';
import { closeConnections, configureHttp } from './http';

export interface RunningServer {
  readonly app: INestApplication;
  readonly config: AppConfig;
  /** URL of the HTTP API. */
  readonly url: string;
  /** URL of the sockets; equal to `url` unless SOCKET_PORT is set. */
  readonly socketUrl: string;
  /** Resolves when the database is connected and migrated; rejects if a retry cannot help. */
  readonly ready: Promise<void>;
  /** True from the first `close` on. */
  readonly isClosing: boolean;
  /** Shuts the server down in order. A second call skips waiting. */
  close(): Promise<void>;
}

/** A port or an address cannot be opened. The message names it and says what to do. */
export class ListenError extends Error {}

/**
 * Listens at once, and connects to the database and Redis in the background. Readiness reports when the node can take traffic.
 * @throws ConfigError for an invalid environment, BrokenWorldError for invalid zones, ListenError if a port cannot be opened.
 */
export async function startServer(environment?: ProcessEnvironment): Promise<RunningServer> {
  const config = loadConfig(environment);
  checkListedNames(config);
  const { host, port, socketPort } = config;
  // Checked before Nest builds the application, which logs every failure with a stack: operators need only the reason.
  await assertPortAvailable(port, host).catch((error: unknown) => throwListenError(error, 'PORT', config));
  if (socketPort !== undefined && socketPort !== port)
    await assertPortAvailable(socketPort, host).catch((error: unknown) =>
      throwListenError(error, 'SOCKET_PORT', config),
    );
  if (config.issuer === 'own') await jwtKey(config).catch(throwSecretError);
  const logger = createLogger(config);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), {
    logger,
    abortOnError: false,
    // `configureHttp` installs its own body parser.
    bodyParser: false,
  });
  app.get(LogLevelControl).attach(logger);
  for (const message of findUnknownVariables(environment)) new Logger('Configuration').warn({ message });
  const shutdown = app.get(Shutdown);
  const sockets = useRealtime(app);
  const close = (): Promise<void> =>
    shutdown.run((hurry) => {
      closeConnections([app.getHttpServer(), ...sockets.separateServers], hurry);
      return app.close();
    });
  try {
    configureHttp(app, config);
    await app.init();
    await listenOn(app.getHttpServer(), port, host).catch((error: unknown) => throwListenError(error, 'PORT', config));
    const boundSocketPort = await sockets
      .listen()
      .catch((error: unknown) => throwListenError(error, 'SOCKET_PORT', config));
    const { port: openPort } = app.getHttpServer().address() as AddressInfo;
    const hostName = urlHostOf(host);
    return {
      app,
      config,
      url: `http://${hostName}:${openPort}`,
      socketUrl: `http://${hostName}:${boundSocketPort ?? openPort}`,
      ready: app.get(Database).ready,
      get isClosing() {
        return shutdown.isDraining;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** In a URL, an IPv6 address is written in brackets. */
function urlHostOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return isIPv6(host) ? `[${host}]` : host;
}

function throwSecretError(error: unknown): never {
  throw new ConfigError([`DATA_DIR must be a folder that can store the token secret: ${(error as Error).message}`]);
}

function throwListenError(error: unknown, variable: 'PORT' | 'SOCKET_PORT', { host, ...config }: AppConfig): never {
  const code = (error as NodeJS.ErrnoException).code;
  const port = variable === 'PORT' ? config.port : config.socketPort;
  if (code === 'EADDRINUSE')
    throw new ListenError(`Port ${port} is in use: stop the program that uses it, or set ${variable} to another port`);
  if (code === 'EACCES')
    throw new ListenError(`Port ${port} cannot be opened by this user: set ${variable} to a port above 1023`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    throw new ListenError(
      `HOST ${host} is not an address of this machine: set HOST to one of its addresses or to 0.0.0.0`,
    );
  throw error;
}
