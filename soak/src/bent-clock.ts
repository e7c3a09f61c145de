// Loaded before a program whose clock is to be wrong: by so many milliseconds, from its start on.
const offMs = Number(process.env['SOAK_CLOCK_OFF_MS'] ?? 0);
const now = Date.now.bind(Date);
Date.now = () => now() + offMs;
