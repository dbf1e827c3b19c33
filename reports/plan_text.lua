local layout = {}
function layout.build(data, paper) paper.heading(1, "x") return paper.tree("x") end
return layout
