# Pairs page requests with their responses by requester, PASID and group index; reports latency and what was not answered.
# Reads any comm and any header variant, as faultlog does: fields are taken by what stands in front of them.
match($0, / ([0-9.]+): prq_report: +[^ ]+ seq# [0-9]+: rid=(0x[0-9a-f]+) addr=0x[0-9a-f]+ [-rwxp]{4}([-l]) pasid=(0x[0-9a-f]+) index=(0x[0-9a-f]+)/, m) {
  if (m[3] == "l") asked[strtonum(m[2]), strtonum(m[4]), strtonum(m[5])] = m[1]
  next
}
match($0, / ([0-9.]+): qi_submit: +page_grp_resp [^ ]+ (0x[0-9a-f]+) (0x[0-9a-f]+)/, m) {
  low = strtonum(m[2]); high = strtonum(m[3])
  settle(and(rshift(low, 16), 65535) SUBSEP and(rshift(low, 32), 1048575) SUBSEP and(rshift(high, 3), 511), m[1])
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
