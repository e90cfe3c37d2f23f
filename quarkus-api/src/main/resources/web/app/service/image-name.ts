/** Returns the name of an image, which its ID encodes. */
export function imageName(id: string): string {
  const bytes = Uint8Array.from(atob(id.replace(/-/g, '+').replace(/_/g, '/')), (each) => each.charCodeAt(0));
  return new TextDecoder().decode(bytes);
}
