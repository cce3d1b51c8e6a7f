// The columns of a picture, in the order of PictureRow
// fragment: picture
[picture.id, picture.ownerId, picture.state, picture.contentType, picture.bytes, picture.alt, picture.width,
 picture.height, picture.blurhash, picture.refusal, picture.createdAt]
