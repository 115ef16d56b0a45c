/** Named tensors in and out of the variables of a session. */
import type { NamedWeights } from '../../../model/modelFile.js';
import type { GraphSession, Run } from '../library/session.js';
import type { ParameterVector } from './parameterVector.js';
import type { Variable } from './variables.js';

/** The weights of one variable. */
export class StoredVector {
  private readonly readRun: Run;
  private readonly writeRun: Run;

  constructor(
    session: GraphSession,
    private readonly vector: ParameterVector,
    variable: Variable,
  ) {
    this.readRun = session.prepare(variable.read);
    this.writeRun = session.prepare(variable.write);
  }

  /** Copies, by name. */
  async read(): Promise<NamedWeights> {
    const [elements] = await this.readRun([]);
    return new Map(this.vector.unpack(elements!));
  }

  /** Writes the weights of this vector among `values`, which are known to fit. */
  async write(values: NamedWeights): Promise<void> {
    await this.writeElements(this.vector.pack(values));
  }

  async writeElements(elements: Float32Array): Promise<void> {
    await this.writeRun([{ type: 'float32', shape: [elements.length], elements }]);
  }
}
