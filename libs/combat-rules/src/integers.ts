/** Arithmetic of the rules. Only whole numbers, so that every engine computes the same result. */

/** Quotient without its remainder. Both must be whole numbers from 0, the divisor above 0. */
export function divide(dividend: number, divisor: number): number {
  return (dividend - (dividend % divisor)) / divisor;
}

/** Quotient to the nearest whole number, halves up. Unlike `divide` it favours neither side of a fight. */
export function divideRounded(dividend: number, divisor: number): number {
  return divide(2 * dividend + divisor, 2 * divisor);
}

export function percentOf(percent: number, amount: number): number {
  return divideRounded(percent * amount, 100);
}

export function clamp(value: number, min: number, max: number): number {
  return value < min ? min : value > max ? max : value;
}
