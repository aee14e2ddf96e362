declare module "*.wat" {
  const code: Uint8Array;
  export default code;
}
