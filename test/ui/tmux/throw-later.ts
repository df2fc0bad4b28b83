/** Loaded before the program: an error outside of all handlers as soon as a key is pressed. */
process.stdin.once('data', () => {
  setTimeout(() => {
    throw new Error('thrown by a test');
  }, 50);
});
process.stdin.pause();
