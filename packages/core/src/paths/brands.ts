declare const brand: unique symbol;

/** A type of its own at compile time, the plain value at run time. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };
