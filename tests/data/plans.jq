# What the filters of plans.tsv call. Input: `zicha plan show PLAN --format json`.

# An entry of a section, by its id.
def entry($section; $id):
  .plan[$section] | if type == "object" then .[$id] else (.[] | select(.id == $id)) end;

def item($id): .items[] | select(.id == $id) | del(.clause);

# The titles of a set's members.
def members($id): [.plan.sets[$id].members[].title];

# The items that check a clause or a clause within it. Without the clauses they name: these
# quote the source, and would be found whatever the items say.
def checks($clause):
  [.items[] | select((.clause // "") | . == $clause or startswith($clause + " ")
      or startswith($clause + ".")) | del(.clause)];

# Everything that is said in a value, as one text.
def said: [.. | scalars | tostring] | join("｜");
