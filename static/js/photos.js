// Photographs are made smaller on the device, before they are sent: most lines are slow, most phones make 5 MB of a sheet.

const LARGER_THAN = 1024 * 1024;
const LONGEST_SIDE = 2000;
const QUALITY = 0.8;
const KINDS = ["image/jpeg", "image/png", "image/webp"];

/** Those just chosen, in the place of their control. */
export async function shrink(input) {
  if ([...input.files].some(isLarge)) await shrinkAll(input);
}

function isLarge(file) {
  return KINDS.includes(file.type) && file.size > LARGER_THAN;
}

async function shrinkAll(input) {
  const chosen = [...input.files];
  const files = [];
  for (const file of chosen) files.push(isLarge(file) ? await shrunk(file) : file);
  const now = [...input.files];
  if (now.length !== chosen.length || now.some((file, n) => file !== chosen[n])) return; // others were chosen meanwhile
  const transfer = new DataTransfer();
  files.forEach((file) => transfer.items.add(file));
  input.files = transfer.files;
}

/** As it stands upright, its longest side 2,000 pixels at most; the file itself if that is smaller, or anything fails. */
async function shrunk(file) {
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * scale);
    canvas.height = Math.round(picture.height * scale);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // what is transparent in a PNG
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!made || made.size >= file.size) return file;
    return new File([made], `${file.name.replace(/\.\w+$/, "")}.jpg`, { type: "image/jpeg", lastModified: file.lastModified });
  } catch {
    return file;
  }
}
