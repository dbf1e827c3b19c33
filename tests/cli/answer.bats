#!/usr/bin/env bats
# answer: on the command line, from a file, at a prompt. Nothing that was acknowledged is
# lost, nothing that is wrong is kept.
load helper

setup() {
  begin_test
  make_questions
}

answer() { zicha -C w answer "$@"; }

# The answer of an item as the record has it, with its note.
kept() { item w "$1" '.answer + (if .note then " (" + .note + ")" else "" end)'; }

# How many questions are answered.
answered() { zicha -C w status | sed -n 's/.*questions: \([0-9]*\) of.*/\1/p'; }

# What somebody types, a line an argument.
type_in() { printf '%s\n' "$@" | zicha -C w answer; }

# ---- ITEM=VALUE ------------------------------------------------------------------------

@test "each kind of answer is kept" {
  run answer posted=是 meetings=3 founded=2023-05-01 remark=无 grade=乙等 sampled=50/3
  expect 0 "6 answers kept"
  [ "$(kept posted)" = 是 ]
  [ "$(kept meetings)" = 3 ]
  [ "$(kept founded)" = 2023-05-01 ]
  [ "$(kept remark)" = 无 ]
  [ "$(kept grade)" = 乙等 ]
  [ "$(kept sampled)" = 50/3 ]
}

@test "yes and no are understood in Chinese, English and signs" {
  for word in 是 有 √ yes Y true 1; do
    answer posted="$word"
    [ "$(kept posted)" = 是 ]
  done
  for word in 否 无 × no N false 0; do
    answer posted="$word"
    [ "$(kept posted)" = 否 ]
  done
}

@test "full-width digits and signs are digits and signs" {
  answer meetings=３ founded=２０２３－０５－０１ sampled=５０／３ grade=２
  [ "$(kept meetings)" = 3 ]
  [ "$(kept founded)" = 2023-05-01 ]
  [ "$(kept sampled)" = 50/3 ]
  [ "$(kept grade)" = 乙等 ]
}

@test "a day is understood in the forms that people write" {
  for day in 2023-05-01 2023/5/1 2023.5.1 2023年5月1日; do
    answer founded="$day"
    [ "$(kept founded)" = 2023-05-01 ]
  done
}

@test "decimals stay exact" {
  answer meetings=2.50
  [ "$(kept meetings)" = 2.50 ]
}

@test "words after a spot check are its note" {
  answer 'sampled=50/3 三张无理由'
  [ "$(kept sampled)" = "50/3 (三张无理由)" ]
}

@test "a note goes behind a space or in brackets" {
  for text in '50/3（三张无理由）' '50/3(三张无理由)' '50，3 三张无理由' '50, 3　三张无理由'; do
    answer sampled="$text"
    [[ "$(kept sampled)" = 50/3\ *三张无理由* ]]
  done
}

@test "a full-width comma separates the figures of a spot check as well" {
  for text in 50，3 '50 ， 3' 50,3 '50 3' 50／3; do
    answer sampled="$text"
    [ "$(kept sampled)" = 50/3 ]
  done
}

@test "what is not two figures is no spot check: nothing is guessed" {
  for text in 1,000/5 1，000/5 1,000 '1,000 / 5' '1,000 5' 60/0.5 60/0/5 '60/0 /5' \
    '60/0，其中2例待查' 60/0例 2023/5/6 2023-5-6 60/-1 60/; do
    run answer sampled="$text"
    expect 65 "sampled: «" "» is not a spot check" "write checked/wrong, such as 50/3"
  done
  run answer sampled=60/0.5
  expect 65 "a note goes behind a space or in brackets"
  [ "$(answered)" = 0 ]
}

@test "a number below zero is refused" {
  for number in -1 -0.5 －３; do
    run answer meetings="$number"
    expect 65 "is below zero" "write a number of 0 or more"
  done
  [ "$(answered)" = 0 ]
}

@test "an equals sign belongs to the answer" {
  answer 'remark=a=b'
  [ "$(kept remark)" = a=b ]
}

@test ":na with a reason makes an item not applicable, and the record has the reason" {
  answer 'posted=:na 不对外服务' 'meetings=不适用：一人执业'
  [ "$(item w posted '"\(.status) \(.reason.args.why)"')" = "not_applicable 不对外服务" ]
  [ "$(item w meetings '"\(.status) \(.reason.args.why)"')" = "not_applicable 一人执业" ]
}

@test "a word that only begins like :na is no «not applicable»" {
  run answer posted=:nab
  expect 65 posted
  [ "$(answered)" = 0 ]
}

@test "«not applicable» without a reason is refused" {
  for text in :na ':na ' 不适用 不适用： '不适用:  '; do
    run answer posted="$text" meetings=3
    expect 65 "posted: «not applicable» needs a reason" "write :na REASON" "nothing was kept"
  done
  printf 'posted: {na: ""}\n' >a.yaml
  run answer --file a.yaml
  expect 65 "a.yaml:1: «not applicable» needs a reason"
  [ "$(answered)" = 0 ]
}

@test "a mistyped :na is no text either" {
  run answer 'remark=:an 未开展'
  expect 65 "remark: «:an 未开展» is not an answer" ":na REASON"
  run answer 'remark=:nawhatever'
  expect 65 "is not an answer"
  [ "$(answered)" = 0 ]
}

@test "a later answer takes the place of an earlier one" {
  answer posted=是
  answer posted=否
  [ "$(kept posted)" = 否 ]
}

@test "wrong values are all listed, each with how to answer" {
  run answer posted=可能 meetings=三 founded=2023-02-30 grade=丁等 sampled=3/50 remark=
  expect 65 "posted: «可能» is neither yes nor no" "answer with: 是/否" \
    "meetings: «三» is not a number" "founded: «2023-02-30» is not a day" \
    "grade: «丁等» is not one of: 甲等、乙等、丙等" \
    "sampled: 50 wrong ones of 3 checked cannot be" "remark: the answer is empty" \
    "6 answers are wrong: nothing was kept"
}

@test "one wrong value keeps the good ones beside it out" {
  run answer posted=是 meetings=三
  expect 65 "nothing was kept"
  [ "$(answered)" = 0 ]
}

@test "numbers in other spellings are no numbers" {
  for number in 1e3 0x10 1,000 1.2.3 12345678901234567890 五 -; do
    run answer meetings="$number"
    expect 65 "is not a number"
  done
}

@test "a choice beyond the list is refused" {
  for choice in 0 4 -1 2.5 甲; do
    run answer grade="$choice"
    expect 65 "is not one of"
  done
}

@test "an unknown item is told with the nearest one" {
  run answer postd=是
  expect 65 "postd: the plan has no item postd" "did you mean posted?"
}

@test "an item given twice in one command has no one answer" {
  run answer posted=是 posted=否
  [ "$status" -ge 64 ]
  [ "$(answered)" = 0 ]
}

@test "an argument without an item or without = is refused: 64" {
  run answer posted
  expect 64 "posted is not of the form ITEM=VALUE"
  run answer =是
  expect 64 "=是 is not of the form ITEM=VALUE"
  [ "$(answered)" = 0 ]
}

@test "an answer that is not UTF-8 is refused" {
  run answer "remark=$(printf '\xd0\xc5\xcf\xa2')"
  expect 65 "not UTF-8"
  [ "$(answered)" = 0 ]
}

@test "«not applicable» does not hide what the data show" {
  copy_hospital
  [ "$(item h rx_over_days .status)" = problem ]
  run zicha -C h answer 'rx_over_days=:na 不想查'
  [ "$(item h rx_over_days .status)" = problem ]
}

@test "«not applicable» said before the data came does not hide what they show" {
  zicha init h --plan "$plan" --facility "$example/hospital/facility.yaml"
  zicha -C h answer 'rx_over_days=:na 未开方'
  [ "$(item h rx_over_days .status)" = not_applicable ]
  zicha -C h import rx_lines "$example/hospital/rx_lines.csv"
  [ "$(item h rx_over_days .status)" = problem ]
}

@test "an answer that would not be used, because data decide, is refused" {
  copy_hospital
  run zicha -C h answer rx_over_days=5/1 mobilisation=是
  expect 65 "rx_over_days: the item rx_over_days is judged from the imported data" \
    "nothing was kept"
  # Of a sheet that is older than the import the rest is taken.
  printf '编号,答案\nrx_over_days,5/1\ninflated_materials,40/0\n' >a.csv
  run zicha -C h answer --file a.csv
  expect 0 "a.csv:2: the item rx_over_days is judged from the imported data" \
    "1 answers kept"
  zicha -C h import --none rx_lines 改为手写处方
  run zicha -C h answer rx_over_days=5/1
  expect 0 "1 answers kept"
}

@test "a spot check of nothing is not checked" {
  answer sampled=0/0
  [ "$(item w sampled .status)" = not_checked ]
}

# ---- taking an answer back ---------------------------------------------------------------

@test "ITEM=:clear takes an answer back: the question is open again" {
  answer posted=是 'sampled=50/3 三张无理由' remark=无
  run answer posted=:clear sampled=：clear meetings=3
  expect 0 "1 answers kept" "2 answers taken back"
  [ "$(answered)" = 2 ]
  [ "$(item w posted .status)" = not_checked ]
  [ "$(kept sampled)" = "" ]
  run answer remark=:clear
  expect 0 "1 answers taken back"
  never "answers kept"
}

@test ":clear of an item that the plan lacks is refused" {
  run answer postd=:clear
  expect 65 "postd: the plan has no item postd" "did you mean posted?"
}

@test ":clear at the prompt takes the answer back and asks again" {
  answer posted=是
  run bash -c "printf ':clear\n:clear\n:jump 1\n:quit\n' | '$ZICHA' -C w answer --all"
  expect 0 "answered before: 是" "the answer is taken back: the question is open again" \
    "there is no answer to take back" "of 6 questions 0 are answered, 6 are open"
  [ "$(answered)" = 0 ]
}

@test ":clear in a sheet's cell takes the answer back, its note too" {
  answer posted=是 meetings=3
  printf '编号,答案,备注\nposted,:clear,已上墙\nmeetings,3,\n' >a.csv
  run answer --file a.csv
  expect 0 "0 answers kept, 1 unchanged" "1 answers taken back"
  [ "$(kept posted)" = "" ]
  run answer --file a.csv
  expect 0 "0 answers kept, 2 unchanged"
  answer grade=甲等
  printf 'grade: ":clear"\nmeetings: {answer: ":clear"}\n' >a.yaml
  run answer --file a.yaml
  expect 0 "2 answers taken back"
  [ "$(answered)" = 0 ]
}

@test "an answer that data have overtaken can be taken back" {
  copy_hospital
  zicha -C h import --none rx_lines 手写处方
  zicha -C h answer rx_over_days=5/1
  zicha -C h import rx_lines "$example/hospital/rx_lines.csv"
  run zicha -C h answer rx_over_days=:clear
  expect 0 "1 answers taken back"
}

@test "--replace with a blank cell warns that the earlier answer stands" {
  answer posted=是
  printf '编号,答案\nposted,\nmeetings,\ngrade,甲等\n' >a.csv
  run answer --file a.csv --replace
  expect 0 "a.csv:2: warning: posted is blank here, its earlier answer stands" \
    "write :clear" "1 answers kept"
  never meetings
  [ "$(kept posted)" = 是 ]
  run answer --file a.csv
  never "posted is blank"
}

# ---- --file ----------------------------------------------------------------------------

@test "a YAML file gives answers, notes and reasons, in English and Chinese keys" {
  cat >a.yaml <<'END'
posted: 是
meetings: {answer: 3, note: 每周一次}
grade: {答案: 乙等, 备注: 自评}
sampled: {na: 未开方}
remark: {不适用: 无需说明}
END
  run answer --file a.yaml
  expect 0 "5 answers kept"
  never unchanged
  [ "$(kept meetings)" = "3 (每周一次)" ]
  [ "$(kept grade)" = "乙等 (自评)" ]
  [ "$(item w sampled .reason.args.why)" = 未开方 ]
  [ "$(item w remark .reason.args.why)" = 无需说明 ]
}

@test "a CSV file gives answers and notes; rows without an answer are left open" {
  printf '编号,答案,备注\nposted,是,已上墙\nmeetings,,\ngrade,:na 未评级,\n' >a.csv
  run answer --file a.csv
  expect 0 "2 answers kept"
  [ "$(kept posted)" = "是 (已上墙)" ]
  [ "$(item w meetings .status)" = not_checked ]
  [ "$(item w grade .reason.args.why)" = 未评级 ]
}

@test "the columns of a CSV file may be English, in any order, among others" {
  printf 'note,x,answer,id\n已上墙,1,是,posted\n' >a.csv
  answer --file a.csv
  [ "$(kept posted)" = "是 (已上墙)" ]
}

@test "the same file twice changes nothing" {
  printf 'posted: 是\nmeetings: {answer: 3, note: 每周}\n' >a.yaml
  answer --file a.yaml
  before=$(sha256sum w/zicha.db)
  run answer --file a.yaml
  expect 0 "0 answers kept, 2 unchanged"
  [ "$(sha256sum w/zicha.db)" = "$before" ]
}

@test "answers that differ from earlier ones are listed and do not overwrite them: 65" {
  answer posted=是 meetings=3
  printf '编号,答案\nposted,否\nmeetings,3\ngrade,甲等\n' >a.csv
  run answer --file a.csv
  expect 65 "a.csv:2: posted was answered 是 before, the file has 否" \
    "1 answers differ from earlier ones, which stand" "--replace"
  [ "$(kept posted)" = 是 ]
}

@test "beside a conflict the answers that fit are kept" {
  answer posted=是
  printf '编号,答案\nposted,否\ngrade,甲等\n' >a.csv
  run answer --file a.csv
  expect 65 "1 answers kept"
  [ "$(kept grade)" = 甲等 ]
}

@test "«not applicable» against an answer is a conflict too" {
  answer posted=是
  printf '编号,答案\nposted,:na 无\n' >a.csv
  run answer --file a.csv
  expect 65 "a.csv:2: posted was answered 是 before, the file has 不适用：无"
}

@test "--replace takes the answers of the file" {
  answer posted=是
  printf '编号,答案\nposted,否\n' >a.csv
  run answer --file a.csv --replace
  expect 0 "1 answers kept"
  [ "$(kept posted)" = 否 ]
}

@test "wrong answers in a file are listed with their lines, and nothing is kept" {
  printf '编号,答案\nposted,可\nmeetings,3\nmetings,1\ngrade,丁\n' >a.csv
  run answer --file a.csv
  expect 65 "a.csv:2: «可» is neither yes nor no" \
    "a.csv:4: the plan has no item metings" "did you mean meetings?" \
    "a.csv:5: «丁» is not one of" "3 answers are wrong: nothing was kept"
  [ "$(answered)" = 0 ]
}

@test "an item that stands twice in a file is refused with both lines" {
  printf '编号,答案\nposted,是\nmeetings,3\nposted,否\n' >a.csv
  run answer --file a.csv
  expect 65 "a.csv:4: the item posted stands twice, also on line 2"
  printf 'posted: 是\nmeetings: 3\nposted: 否\n' >a.yaml
  run answer --file a.yaml
  expect 65 "a.yaml:3:1: the key posted stands twice"
  [ "$(answered)" = 0 ]
}

@test "a doubled item and a wrong answer are listed together" {
  printf '编号,答案\nposted,是\nposted,否\nmeetings,三\n' >a.csv
  run answer --file a.csv
  expect 65 "a.csv:3: the item posted stands twice" "a.csv:4: «三» is not a number"
}

@test "an unknown key beside an answer is refused with its place, not dropped" {
  printf 'posted: {answer: 是, nite: 已上墙}\n' >a.yaml
  run answer --file a.yaml
  expect 65 "a.yaml:1" nite
  [ "$(answered)" = 0 ]
}

@test "a key beside an answer that stands in both languages is refused" {
  printf 'posted: {answer: 是, 答案: 否}\n' >a.yaml
  run answer --file a.yaml
  expect 65 "a.yaml:1: the key" "must stand once"
  [ "$(answered)" = 0 ]
}

@test "a reason for «not applicable» may stand as the answer beside a note" {
  printf 'posted: {answer: 不适用：不对外服务, note: 已核}\n' >a.yaml
  answer --file a.yaml
  [ "$(item w posted '"\(.status) \(.reason.args.why)"')" = "not_applicable 不对外服务" ]
}

@test "a row that does not fit the header is refused with its line" {
  printf '编号,答案\nposted,是,多\n' >a.csv
  run answer --file a.csv
  expect 65 "a.csv:2: the row cannot be read"
  printf '编号,答案\nposted,"是\n' >a.csv
  run answer --file a.csv
  expect 65 "a.csv:2: the row cannot be read"
  [ "$(answered)" = 0 ]
}

@test "a file without the columns of a sheet is refused, naming them" {
  for text in '项目,结果\nposted,是\n' 'posted,是\n' ''; do
    printf "$text" >a.csv
    run answer --file a.csv
    expect 65 "a.csv: the first line must name the columns 编号 and 答案"
  done
}

@test "a sheet that is no CSV is refused in the words of import" {
  printf 'PK\003\004xx' >a.csv
  run answer --file a.csv
  expect 65 "a.csv: this is an Excel workbook (.xlsx)" "save it as «CSV UTF-8"
  printf '编号\t答案\nposted\t是\n' >a.csv
  run answer --file a.csv
  expect 65 "a.csv: the columns are separated by tabs, not commas" "save it as «CSV UTF-8"
  printf '编号;答案\nposted;是\n' >a.csv
  run answer --file a.csv
  expect 65 "a.csv: the columns are separated by semicolons" "save it as «CSV UTF-8"
  [ "$(answered)" = 0 ]
}

@test "rows of a sheet whose cells are all empty are no rows" {
  printf '编号,答案\nposted,是\n,\n,,,\n  \n' >a.csv
  run answer --file a.csv
  expect 0 "1 answers kept"
}

@test "a YAML file that is no map of answers is refused" {
  echo '- posted' >a.yaml
  run answer --file a.yaml
  expect 65 "a.yaml: the file must be a map of item: answer"
  echo 'sampled: [50, 3]' >a.yaml
  run answer --file a.yaml
  expect 65 "a.yaml:1: write item: answer"
}

@test "a tab in the indentation of a YAML file is refused with its remedy" {
  printf 'posted: 是\nmeetings:\n\tanswer: 3\n' >a.yaml
  run answer --file a.yaml
  expect 65 "a.yaml:3:1:" "spaces, not tabs"
}

@test "a file that does not exist: 66" {
  run answer --file nowhere.csv
  expect 66 "cannot open nowhere.csv"
}

@test "a file that is neither UTF-8 nor GB18030 is refused" {
  printf '\x81\xff\x00\xff' >a.csv
  run answer --file a.csv
  expect 65 "a.csv is neither UTF-8 nor GB18030"
}

@test "answers beside --file are not dropped in silence" {
  echo 'posted: 是' >a.yaml
  run answer --file a.yaml meetings=3
  [ "$status" -eq 64 ] || [ "$(kept meetings)" = 3 ]
}

# ---- prompts ---------------------------------------------------------------------------

@test "a question is asked with its standard, its form and its number" {
  run type_in :quit
  expect 0 "[1/6] posted" 是否公示？ standard: 应当公示 "(是/否) >"
}

@test "typed answers are kept" {
  run type_in 是 3 2023-05-01 无 2 '50/3 三张无理由'
  expect 0 "6 answers kept; of 6 questions 6 are answered, 0 are open"
  [ "$(kept grade)" = 乙等 ]
  [ "$(kept sampled)" = "50/3 (三张无理由)" ]
}

@test "a wrong answer is explained and asked again" {
  run type_in 可能 是 :quit
  expect 0 "«可能» is neither yes nor no" "answer with: 是/否" "1 answers kept"
  [ "$(kept posted)" = 是 ]
}

@test "? shows the basis and the commands, and asks again" {
  run type_in '?' 是 :quit
  expect 0 "《处方管理办法》第六条（2007年）" ":back" ":todo" ":na REASON" ":note TEXT"
  [ "$(kept posted)" = 是 ]
}

@test "a full-width ? is a question as well" {
  run type_in ？ :quit
  expect 0 "《处方管理办法》第六条"
}

@test ":back returns to the question before, which shows its answer" {
  run type_in 是 :back 否 :quit
  expect 0 "answered before: 是"
  [ "$(kept posted)" = 否 ]
}

@test ":back at the first question stays there" {
  type_in :back 是 :quit
  [ "$(kept posted)" = 是 ]
}

@test ":jump goes to a question by its number or its item" {
  type_in ':jump 3' 2023-05-01 ':jump sampled' 50/3
  [ "$(kept founded)" = 2023-05-01 ]
  [ "$(kept sampled)" = 50/3 ]
}

@test ":jump to nowhere says so and stays" {
  run type_in ':jump 99' ':jump nowhere' ':jump' 是 :quit
  expect 0 "there is no question 99" "there is no question nowhere"
  [ "$(kept posted)" = 是 ]
}

@test ":todo and an empty line leave a question open" {
  run type_in :todo '' 2023-05-01 :quit
  expect 0 "1 answers kept; of 6 questions 1 are answered, 5 are open"
  [ "$(kept founded)" = 2023-05-01 ]
}

@test ":na keeps the reason" {
  type_in ':na 不对外服务' :quit
  [ "$(item w posted .reason.args.why)" = 不对外服务 ]
}

@test ":note belongs to the answer that follows" {
  type_in ':note 已上墙' 是 3 :quit
  [ "$(kept posted)" = "是 (已上墙)" ]
  [ "$(kept meetings)" = 3 ]
}

@test ":note does not wander to another question" {
  type_in ':note 关于公示' ':jump meetings' 3 :quit
  [ "$(kept meetings)" = 3 ]
}

@test "a note that is left behind is told" {
  run type_in ':note 关于公示' :todo :quit
  expect 0 "the note is not kept"
}

@test "a mistyped command is not taken for a text answer" {
  run type_in ':jump remark' :qiut :quit
  [ "$(item w remark .status)" = not_checked ]
}

@test "a command that does not exist is told with those that do, and asked again" {
  run type_in :bakc :notes :nab 是 :quit
  expect 0 "there is no command :bakc" "there is no command :notes" \
    "there is no command :nab" ":back  :jump" "1 answers kept"
  [ "$(kept posted)" = 是 ]
}

@test ":na alone asks for its reason" {
  run type_in :na ':na 不对外服务' :quit
  expect 0 "«not applicable» needs a reason" "1 answers kept"
  [ "$(item w posted .reason.args.why)" = 不对外服务 ]
}

@test "a full-width colon begins a command as well" {
  type_in 是 ：back '：na 不对外服务' '：jump meetings' 3 ：quit
  [ "$(item w posted .reason.args.why)" = 不对外服务 ]
  [ "$(kept meetings)" = 3 ]
}

@test "a document that is attached needs no answer: it is not asked for again" {
  cat >p/items.yaml <<'END'
- {id: group, title: 小组, kind: evidence, ask: 成立了吗？, evidence: [成立文件, 名单]}
- {id: posted, title: 公示, kind: question, ask: 是否公示？, answer: yesno, problem_if: no}
END
  zicha -C w attach group --copy facility.yaml --name 成立文件
  run type_in :quit
  expect 0 "[1/2] group"
  zicha -C w attach group --copy facility.yaml --name 名单
  [ "$(answered)" = 1 ]
  run type_in :quit
  expect 0 "[2/2] posted" "of 2 questions 1 are answered, 1 are open"
  never "[1/2] group"
}

@test "input that ends in the middle loses nothing" {
  run bash -c "printf '是\n3' | '$ZICHA' -C w answer"
  expect 0 "2 answers kept; of 6 questions 2 are answered, 4 are open"
  [ "$(kept meetings)" = 3 ]
}

@test "no input at all is no failure" {
  run zicha -C w answer </dev/null
  expect 0 "0 answers kept; of 6 questions 0 are answered, 6 are open"
}

@test "lines that end in CRLF are the same lines" {
  type_in $'是\r' $'无\r' $':quit\r'
  [ "$(kept posted)" = 是 ]
}

@test "the next session begins at the first open question" {
  type_in 是 '' 2023-05-01 :quit
  run type_in 4 :quit
  expect 0 "[2/6] meetings"
  never "[1/6] posted"
  [ "$(kept meetings)" = 4 ]
}

@test "--all asks what is answered already as well" {
  answer posted=是
  run bash -c "printf '否\n:quit\n' | '$ZICHA' -C w answer --all"
  expect 0 "[1/6] posted" "answered before: 是"
  [ "$(kept posted)" = 否 ]
}

@test "an answer is on disk before the next question is answered" {
  mkfifo keys
  "$ZICHA" -C w answer <keys >/dev/null 3>&- &
  exec 8>keys
  echo 是 >&8
  for _ in $(seq 300); do
    [ "$(answered)" = 1 ] && break
    sleep 0.1
  done
  kill -9 $!
  wait $! || true
  exec 8>&-
  [ "$(kept posted)" = 是 ]
}

@test "an item that stopped applying is not asked" {
  echo '- {id: beds, title: 床位, kind: question, applies: facility.beds_open > 50, ask: 有？, answer: yesno, problem_if: no}' >>p/items.yaml
  run type_in :quit
  expect 0 "[1/6] posted"
  sed -i 's/^beds_open: 20/beds_open: 60/' w/facility.yaml
  run type_in :quit
  expect 0 "[1/7] posted"
}
