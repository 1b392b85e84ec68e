/** The visitors of one test: they leave after it, and their browsers must have reported no error. */
import type { ConsoleVisitor } from './console-visitor';
import type { PlaygroundVisitor } from './playground-visitor';

type Visitor = ConsoleVisitor | PlaygroundVisitor;

export class Visitors {
  private present: Visitor[] = [];

  /** Call it once, at the top of a suite. */
  static use(): Visitors {
    const visitors = new Visitors();
    afterEach(() => visitors.leave());
    return visitors;
  }

  async add<Kind extends Visitor>(opening: Promise<Kind>): Promise<Kind> {
    const visitor = await opening;
    this.present.push(visitor);
    return visitor;
  }

  private async leave(): Promise<void> {
    const leaving = this.present;
    this.present = [];
    const problems = leaving.flatMap((visitor) => visitor.problems);
    await Promise.all(leaving.map((visitor) => visitor.close()));
    expect(problems).toEqual([]);
  }
}
