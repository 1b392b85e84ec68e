/** Starts the game on PORT, 3000 by default. */
import { NestFactory } from '@nestjs/core';
import { useRealtime } from '@aeturnis/realtime';
import { GameModule } from './game.module';

async function main(): Promise<void> {
  const app = await NestFactory.create(GameModule);
  useRealtime(app);
  // On SIGTERM, clients are disconnected so that they reconnect to another node.
  app.enableShutdownHooks();
  await app.listen(process.env['PORT'] ?? 3000);
}

void main();
