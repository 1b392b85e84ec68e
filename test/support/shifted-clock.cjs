// Preloaded into a built server (`node -r`): its clock is wrong by CLOCK_SHIFT_MS, and is set by so many milliseconds by
// each message. Only what tells the time of day is wrong: monotonic time and timers are not.
const RealDate = Date;
let shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? 0);
const now = () => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, given, made) => Reflect.construct(target, given.length > 0 ? given : [now()], made),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

process.on('message', (byMs) => {
  shiftMs += byMs;
  process.send('set');
});
// Whoever gives the orders is gone.
process.on('disconnect', () => process.exit(1));
