/** Hands a text over as a file. */

/** @param type a media type; by one that stands for text some browsers change the name's end */
export function saveAs(name: string, text: string, type = 'application/octet-stream'): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
