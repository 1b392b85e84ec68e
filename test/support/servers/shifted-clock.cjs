// Preloaded into a built server (`node -r`): shifts its clock by CLOCK_SHIFT_MS, and by the milliseconds of each message.
// Only the time of day is shifted; monotonic time and timers are not.
const RealDate = Date;
let shiftMs = Number(process.env.CLOCK_SHIFT_MS ?? 0);
const now = () => RealDate.now() + shiftMs;

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, args, newTarget) => Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

process.on('message', (byMs) => {
  shiftMs += byMs;
  process.send('set');
});
// The test process has exited.
process.on('disconnect', () => process.exit(1));
