/** A plain Nest gateway as in tutorials: a guard that verifies the token of each message, a throttler, a validation pipe. */
import { type CanActivate, type ExecutionContext, Injectable, Module, UseGuards, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { JwtModule, JwtService } from '@nestjs/jwt';
import { IoAdapter } from '@nestjs/platform-socket.io';
import { ThrottlerGuard, ThrottlerModule, type ThrottlerRequest } from '@nestjs/throttler';
import {
  ConnectedSocket,
  MessageBody,
  type OnGatewayConnection,
  SubscribeMessage,
  WebSocketGateway,
  WebSocketServer,
  WsException,
} from '@nestjs/websockets';
import type { Server, Socket } from 'socket.io';
import { BenchJoinDto, BenchRequestDto, BenchSayDto } from './bench.contract';

const secret = process.env['JWT_SECRET'] ?? '';
const pingInterval = Number(process.env['PING_INTERVAL_MS']);

@Injectable()
class WsJwtGuard implements CanActivate {
  constructor(private readonly jwt: JwtService) {}

  canActivate(context: ExecutionContext): boolean {
    const client = context.switchToWs().getClient<Socket>();
    try {
      client.data.user = this.jwt.verify(String(client.handshake.auth['token']), { algorithms: ['HS256'] });
      return true;
    } catch {
      throw new WsException('unauthorized');
    }
  }
}

/** As the documentation of @nestjs/throttler has it for WebSockets. */
@Injectable()
class WsThrottlerGuard extends ThrottlerGuard {
  override async handleRequest(request: ThrottlerRequest): Promise<boolean> {
    const { context, limit, ttl, throttler, blockDuration, generateKey } = request;
    const client = context.switchToWs().getClient<Socket>();
    const key = generateKey(context, client.id, throttler.name ?? 'default');
    const hits = await this.storageService.increment(key, ttl, limit, blockDuration, throttler.name ?? 'default');
    if (hits.isBlocked) await this.throwThrottlingException(context, { limit, ttl, key, tracker: client.id, ...hits });
    return true;
  }
}

@WebSocketGateway({ serveClient: false, pingInterval })
@UseGuards(WsJwtGuard, WsThrottlerGuard)
class BenchGateway implements OnGatewayConnection {
  @WebSocketServer() private readonly server: Server;
  private serial = 0;

  constructor(private readonly jwt: JwtService) {}

  handleConnection(client: Socket): void {
    try {
      client.data.user = this.jwt.verify(String(client.handshake.auth['token']), { algorithms: ['HS256'] });
    } catch {
      client.disconnect(true);
    }
  }

  @SubscribeMessage('bench:join')
  async join(@MessageBody() { room }: BenchJoinDto, @ConnectedSocket() client: Socket): Promise<object> {
    await client.join(`bench:${room}`);
    return { success: true };
  }

  @SubscribeMessage('bench:say')
  say(@MessageBody() { room, text, t }: BenchSayDto, @ConnectedSocket() client: Socket): object {
    if (!client.rooms.has(`bench:${room}`)) return { success: false };
    const said = { id: ++this.serial, room, from: client.data.user.name, text, at: Date.now(), t };
    this.server.to(`bench:${room}`).emit('bench:said', said);
    return { success: true };
  }

  @SubscribeMessage('bench:request')
  request(@MessageBody() { action, target, t }: BenchRequestDto): object {
    return { success: true, action, target, health: 73, t };
  }
}

@Module({
  imports: [
    JwtModule.register({ secret }),
    ThrottlerModule.forRoot([{ name: 'default', ttl: 10_000, limit: 1_000_000_000 }]),
  ],
  providers: [BenchGateway],
})
class BenchModule {}

async function main(): Promise<void> {
  const app = await NestFactory.create(BenchModule, { logger: ['error', 'warn'] });
  app.useWebSocketAdapter(new IoAdapter(app));
  app.useGlobalPipes(new ValidationPipe({ transform: true, whitelist: true }));
  process.on('SIGTERM', () => process.exit(0));
  await app.listen(0, '127.0.0.1');
  process.send?.({ url: await app.getUrl() });
}

void main();
