// The yardstick: a bare Socket.IO server on Socket.IO's own Redis pub/sub adapter, with the same commands and events.
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';

const publisher = new Redis(process.env.REDIS_URL);
const subscriber = publisher.duplicate();
const http = createServer();
const io = new Server(http, { adapter: createAdapter(publisher, subscriber), serveClient: false });
let serial = 0;

io.use((socket, next) => {
  socket.data.name = socket.handshake.auth.token;
  next();
});
io.on('connection', (socket) => {
  socket.on('bench:join', async ({ room }, ack) => {
    await socket.join(`bench:${room}`);
    ack({ success: true });
  });
  socket.on('bench:say', ({ room, text }, ack) => {
    if (!socket.rooms.has(`bench:${room}`)) return ack({ success: false });
    const said = { id: ++serial, room, from: socket.data.name, text, at: Date.now() };
    io.to(`bench:${room}`).emit('bench:said', said);
    ack({ success: true });
  });
});
process.on('SIGTERM', () => process.exit(0));
http.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${http.address().port}`));
