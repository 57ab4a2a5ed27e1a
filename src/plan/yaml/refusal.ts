/** What YAML allows and Fairlead does not accept. The message never holds a value. */
export class YamlRefusal extends Error {
  /** Offset into the text. */
  readonly position: number;

  constructor(position: number, message: string) {
    super(message);
    this.position = position;
  }
}
