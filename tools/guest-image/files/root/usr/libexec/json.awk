# Prints each scalar of a JSON text as "path<TAB>value", object keys joined by dots, elements of arrays by number.
# A line break at the end of a string is dropped, one within it becomes a space.
{ text = text $0 "\n" }
END { rest = text; element("") }

function skip() { sub(/^[ \t\r\n]+/, "", rest) }
function take(n,    taken) { taken = substr(rest, 1, n); rest = substr(rest, n + 1); return taken }

function string(    raw, out, c, i) {
  match(rest, /^"([^"\\]|\\.)*"/)
  raw = take(RLENGTH)
  raw = substr(raw, 2, length(raw) - 2)
  if (index(raw, "\\") == 0) return raw
  out = ""
  for (i = 1; i <= length(raw); i++) {
    c = substr(raw, i, 1)
    if (c == "\\") {
      c = substr(raw, ++i, 1)
      if (c == "n" || c == "r") c = "\n"
      else if (c == "t") c = " "
      else if (c == "u") { c = unicode(substr(raw, i + 1, 4)); i += 4 }
    }
    out = out c
  }
  sub(/\n+$/, "", out)
  gsub(/\n/, " ", out)
  return out
}

function unicode(hex,    n, i) {
  n = 0
  hex = tolower(hex)
  for (i = 1; i <= 4; i++) n = n * 16 + index("0123456789abcdef", substr(hex, i, 1)) - 1
  if (n < 128) return sprintf("%c", n)
  return "?"
}

function element(path,    c, key, n) {
  skip()
  c = substr(rest, 1, 1)
  if (c == "{" || c == "[") {
    take(1)
    skip()
    for (n = 0; rest != "" && substr(rest, 1, 1) !~ /[]}]/; n++) {
      key = n
      if (c == "{") { key = string(); skip(); take(1) }
      element(path == "" ? key : path "." key)
      skip()
      if (substr(rest, 1, 1) == ",") take(1)
      skip()
    }
    take(1)
  } else if (c == "\"") {
    print path "\t" string()
  } else {
    match(rest, /^[^],} \t\r\n]+/)
    if (RLENGTH < 1) { rest = ""; return }
    print path "\t" take(RLENGTH)
  }
}
