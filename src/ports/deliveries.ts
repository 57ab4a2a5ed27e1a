/** Webhook deliveries that were taken in already: the forge, or a person there, may send one again. */
export interface Deliveries {
  seen(delivery: string): Promise<boolean>;
  /** Called after everything the delivery asks for is in the queue, so that one that was cut short counts as new. */
  remember(delivery: string): Promise<void>;
}
