// The columns of what a post said before, in the order of PostVersion
// fragment: version
[version.text, version.lang, coalesce(version.warning, ''), coalesce(version.sensitive, false),
 [i IN range(0, size(version.mentionIds) - 1) | [version.mentionNames[i], version.mentionIds[i]]],
 version.writtenAt, version.replacedAt]
