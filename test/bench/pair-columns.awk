# The same as pair.awk, but by column: faster, and wrong as soon as a comm has a blank or a column is added.
/ prq_report: / {
  last = 0
  for (i = 7; i <= NF; i++) {
    if (substr($i, 1, 4) == "rid=") rid = substr($i, 5)
    else if (substr($i, 1, 6) == "pasid=") pasid = substr($i, 7)
    else if (substr($i, 1, 6) == "index=") prgi = substr($i, 7)
    else if (length($i) == 5 && substr($i, 5) == "l") last = 1
  }
  if (last) asked[strtonum(rid), strtonum(pasid), strtonum(prgi)] = $4 + 0
  next
}
/ qi_submit: page_grp_resp / {
  low = strtonum($8); high = strtonum($9)
  settle(and(rshift(low, 16), 65535) SUBSEP and(rshift(low, 32), 1048575) SUBSEP and(rshift(high, 3), 511), $4 + 0)
}
function settle(key, time,   latency) {
  if (!(key in asked)) { stray++; return }
  latency = time - asked[key]
  answered++; sum += latency; if (latency > max) max = latency
  delete asked[key]
}
END {
  for (key in asked) open++
  printf "%d answered, mean %.6f s, max %.6f s, %d stray, %d unanswered\n", answered, answered ? sum / answered : 0, max, stray, open
}
