/** A canvas that is drawn each frame while it is visible: its size, its scale, and where in the zone its centre is. */

/** More pixels cost time and are hardly seen. */
const MAX_PIXEL_RATIO = 2;
/** How many units the shorter side shows. */
const SHOWN_UNITS = 32;
const MIN_UNIT = 15;
const MAX_UNIT = 34;

/** How many pixels (of style sheets) a unit takes on this canvas. */
export function unitFor({ clientWidth, clientHeight }: HTMLCanvasElement): number {
  return Math.max(MIN_UNIT, Math.min(MAX_UNIT, Math.min(clientWidth, clientHeight) / SHOWN_UNITS));
}

export class CanvasView {
  readonly context: CanvasRenderingContext2D;
  /** Of the zone, in units. */
  centre = { x: 0, y: 0 };
  /** Pixels (of style sheets) per unit. */
  unit = 24;
  width = 0;
  height = 0;
  private readonly observer: ResizeObserver;
  private frame = 0;
  private isStopped = false;

  /** @param draw called each frame with the time of `requestAnimationFrame`. @param zoom a factor of the usual scale. */
  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly draw: (time: number) => void,
    private readonly zoom = 1,
  ) {
    this.context = canvas.getContext('2d', { alpha: false }) as CanvasRenderingContext2D;
    this.observer = new ResizeObserver(() => this.resize());
    this.observer.observe(canvas);
    this.resize();
    // A browser calls no frames in a hidden page: the picture pauses by itself.
    this.frame = requestAnimationFrame((time) => this.next(time));
  }

  stop(): void {
    this.isStopped = true;
    cancelAnimationFrame(this.frame);
    this.observer.disconnect();
  }

  /** Fills the canvas, and moves its origin so that zone units times `unit` are the coordinates to draw at. */
  begin(): void {
    const ratio = this.canvas.width / Math.max(1, this.width);
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.fillStyle = '#0a0d11';
    this.context.fillRect(0, 0, this.width, this.height);
    this.context.translate(
      Math.round((this.width / 2 - this.centre.x * this.unit) * ratio) / ratio,
      Math.round((this.height / 2 - this.centre.y * this.unit) * ratio) / ratio,
    );
  }

  /** The part of the zone that is shown, in units, with a margin. */
  shownBox(margin = 2): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
    const [width, height] = [this.width / this.unit + 2 * margin, this.height / this.unit + 2 * margin];
    return { x: this.centre.x - width / 2, y: this.centre.y - height / 2, width, height };
  }

  private next(time: number): void {
    if (this.isStopped) return;
    if (this.width > 0 && this.height > 0) this.draw(time);
    this.frame = requestAnimationFrame((later) => this.next(later));
  }

  private resize(): void {
    const { clientWidth, clientHeight } = this.canvas;
    const ratio = Math.min(MAX_PIXEL_RATIO, devicePixelRatio);
    this.width = clientWidth;
    this.height = clientHeight;
    this.canvas.width = Math.round(clientWidth * ratio);
    this.canvas.height = Math.round(clientHeight * ratio);
    this.unit = unitFor(this.canvas) * this.zoom;
  }
}
