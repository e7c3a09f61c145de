/** Facts of a span or a measurement: names, sizes, counts. Never a secret. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface Span {
  set(attributes: Attributes): void;
}

/** Telemetry. Synchronous and cheap; never throws; what it does with a span is not the packages' business. */
export interface Tracer {
  /** Runs `work` inside a span that ends with it; an error it throws is recorded and thrown on. */
  span<Result>(name: string, attributes: Attributes, work: (span: Span) => Promise<Result>): Promise<Result>;
}

export const silentTracer: Tracer = { span: (_name, _attributes, work) => work({ set: () => {} }) };
