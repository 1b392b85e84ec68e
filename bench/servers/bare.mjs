// The baseline: a bare Socket.IO server with the benchmark's commands and events, on one of Socket.IO's own adapters.
import { createSecretKey } from 'node:crypto';
import { createServer } from 'node:http';
import { createAdapter, createShardedAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import jwt from 'jsonwebtoken';
import { Server } from 'socket.io';

const { ADAPTER, JWT_SECRET, PING_INTERVAL_MS, REDIS_URL } = process.env;
const ADAPTERS = {
  pubsub: (redis) => createAdapter(redis, redis.duplicate()),
  sharded: (redis) => createShardedAdapter(redis, redis.duplicate()),
  streams: async (redis) => (await import('@socket.io/redis-streams-adapter')).createAdapter(redis),
};
const key = createSecretKey(Buffer.from(JWT_SECRET));
const http = createServer();
const io = new Server(http, {
  serveClient: false,
  pingInterval: Number(PING_INTERVAL_MS),
  ...(ADAPTER ? { adapter: await ADAPTERS[ADAPTER](new Redis(REDIS_URL)) } : {}),
});
let serial = 0;

io.use((socket, next) => {
  try {
    socket.data.name = jwt.verify(socket.handshake.auth.token, key, { algorithms: ['HS256'] }).name;
    next();
  } catch {
    next(new Error('unauthorized'));
  }
});
io.on('connection', (socket) => {
  socket.on('bench:join', async ({ room }, ack) => {
    await socket.join(`bench:${room}`);
    ack({ success: true });
  });
  socket.on('bench:say', ({ room, text, t }, ack) => {
    if (!socket.rooms.has(`bench:${room}`)) return ack({ success: false });
    const said = { id: ++serial, room, from: socket.data.name, text, at: Date.now(), t };
    io.to(`bench:${room}`).emit('bench:said', said);
    return ack({ success: true });
  });
  socket.on('bench:request', ({ action, target, t }, ack) => ack({ success: true, action, target, health: 73, t }));
});
process.on('SIGTERM', () => process.exit(0));
http.listen(0, '127.0.0.1', () => process.send({ url: `http://127.0.0.1:${http.address().port}` }));
