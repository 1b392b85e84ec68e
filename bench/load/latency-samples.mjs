// Collects durations in milliseconds and computes their quantiles.

export class LatencySamples {
  #values = new Float64Array(1 << 16);
  #count = 0;

  add(value) {
    if (this.#count === this.#values.length) {
      const wider = new Float64Array(this.#count * 2);
      wider.set(this.#values);
      this.#values = wider;
    }
    this.#values[this.#count++] = value;
  }

  clear() {
    this.#count = 0;
  }

  /** `{ p50, p95, p99 }` */
  quantiles() {
    const sorted = this.#values.slice(0, this.#count).sort();
    const at = (share) => sorted[Math.min(this.#count - 1, Math.floor(share * this.#count))] ?? 0;
    return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
  }
}
