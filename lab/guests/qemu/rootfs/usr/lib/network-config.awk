# Reads the ethernets of a cloud-init network configuration, version 2, written as a YAML block or with [a, b] lists.
function put(text,   items, count, i) {
	gsub(/[][",]|'/, " ", text)
	count = split(text, items, " ")
	for (i = 1; i <= count; i++) addresses[++found] = items[i]
}
function flush(   i) {
	for (i = 1; i <= found; i++) if (mac != "") { print mac, addresses[i]; printed = 1 }
	mac = ""; found = 0
}
/^[[:space:]]*(#|$)/ { next }
{ depth = match($0, /[^ ]/) - 1; line = substr($0, depth + 1) }
line ~ /^version:/ { if (line !~ /2/) bad = 1; next }
line ~ /^ethernets:/ { top = depth; inside = 1; nic = -1; next }
!inside { next }
depth <= top { inside = 0; next }
nic < 0 { nic = depth }
depth == nic && line !~ /^- / { flush(); list = 0; next }
line ~ /^macaddress:/ { sub(/^macaddress:/, "", line); gsub(/[ "']/, "", line); mac = tolower(line); list = 0; next }
line ~ /^addresses:/ { sub(/^addresses:/, "", line); put(line); list = 1; next }
list && line ~ /^- / { put(substr(line, 3)); next }
{ list = 0 }
END { flush(); exit bad || !printed }
