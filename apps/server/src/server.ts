/** Starts and stops the whole server inside a process: for `main.ts`, for the demo and for tests. */
import type { AddressInfo } from 'node:net';
import { type INestApplication, Logger } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  type AppConfig,
  ConfigError,
  createLogger,
  Database,
  type Environment,
  listenOn,
  loadConfig,
  Shutdown,
  tryListening,
  unknownVariables,
} from '@aeturnis/platform';
import { useRealtime } from '@aeturnis/realtime';
import { checkListedNames, jwtKey } from './accounts';
import { AppModule } from './app.module';
import { closeConnections, configureHttp } from './http';

export interface RunningServer {
  readonly app: INestApplication;
  readonly config: AppConfig;
  /** Address of the API. */
  readonly url: string;
  /** Address of the sockets; the same unless SOCKET_PORT says otherwise. */
  readonly socketUrl: string;
  /** Settles when the database is connected and migrated; rejects where it never can be. */
  readonly ready: Promise<void>;
  /** True from the first `close` on. */
  readonly closing: boolean;
  /** Ends everything in order. A second call hurries the first. */
  close(): Promise<void>;
}

/** A port or an address cannot be opened; the message says which and what to do. */
export class ListenError extends Error {}

/**
 * Listens at once and connects in the background: readiness tells when traffic is welcome, and a database or a Redis that
 * is not there yet is waited for.
 * @throws ConfigError for a wrong environment, BrokenWorldError, ListenError that names the port where it is taken.
 */
export async function startServer(environment?: Environment): Promise<RunningServer> {
  const config = loadConfig(environment);
  checkListedNames(config);
  const { host, port, socketPort } = config;
  // What fails while Nest builds the application is logged with its stack: what operators can mend is tried before.
  await tryListening(port, host).catch((error: unknown) => explain(error, 'PORT', config));
  if (socketPort !== undefined && socketPort !== port)
    await tryListening(socketPort, host).catch((error: unknown) => explain(error, 'SOCKET_PORT', config));
  if (config.issuer === 'own') await jwtKey(config).catch(explainSecret);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(config), {
    logger: createLogger(config),
    abortOnError: false,
    // `configureHttp` brings one of its own.
    bodyParser: false,
  });
  for (const message of unknownVariables(environment)) new Logger('Configuration').warn({ message });
  const shutdown = app.get(Shutdown);
  const sockets = useRealtime(app);
  const close = (): Promise<void> =>
    shutdown.run((hurry) => {
      closeConnections([app.getHttpServer(), ...sockets.listeners], hurry);
      return app.close();
    });
  try {
    configureHttp(app, config);
    await app.init();
    await listenOn(app.getHttpServer(), port, host).catch((error: unknown) => explain(error, 'PORT', config));
    const ownPort = await sockets.listen().catch((error: unknown) => explain(error, 'SOCKET_PORT', config));
    const { port: openPort } = app.getHttpServer().address() as AddressInfo;
    const name = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
    return {
      app,
      config,
      url: `http://${name}:${openPort}`,
      socketUrl: `http://${name}:${ownPort ?? openPort}`,
      ready: app.get(Database).ready,
      get closing() {
        return shutdown.draining;
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function explainSecret(error: unknown): never {
  throw new ConfigError([`DATA_DIR must be a folder that can keep the secret of tokens: ${(error as Error).message}`]);
}

function explain(error: unknown, variable: 'PORT' | 'SOCKET_PORT', { host, ...config }: AppConfig): never {
  const code = (error as NodeJS.ErrnoException).code;
  const port = variable === 'PORT' ? config.port : config.socketPort;
  if (code === 'EADDRINUSE')
    throw new ListenError(`Port ${port} is in use: stop what listens there, or set ${variable} to another one`);
  if (code === 'EACCES')
    throw new ListenError(`Port ${port} may not be opened by this user: set ${variable} to one above 1023`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    throw new ListenError(`HOST ${host} is no address of this machine: set HOST to one that is, or to 0.0.0.0 for all`);
  throw error;
}
