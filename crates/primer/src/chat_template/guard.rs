//! A template is compiled so that all it makes is weighed.
//!
//! The engine's fuel pays for steps and for text. It does not see lists that are lazy (`[1] * 9`, `a + b`,
//! `l[1:]`), nor what lies within lists; and a thread that hangs in one of them cannot be stopped, nor its
//! memory taken back. So the tree of the template is built anew, with a filter of [`super::weight`] around
//! each part that makes a value or walks one:
//!
//! ```text
//! a + b          kept(a + b)                    so are  *  l[1:]  [a, b]  {k: v}  f(x)  x.m()  x | f
//! a == b         weighed(a) == weighed(b)       so are  <  in  and what filters and tests look at
//! ns.x = a       held(a)
//! a[b]           item(a, b)
//! ```

use minijinja::machinery::ast::{self, CallArg, Expr, Spanned, Stmt};
use minijinja::machinery::{Token, parse, tokenize};
use minijinja::syntax::SyntaxConfig;
use minijinja::{Error, ErrorKind};

use super::weight::{HELD, ITEM, KEPT, READ, WEIGHED};

/// How deep what a template says may lie within itself.
const DEEP: usize = 150;
/// How many words stand between `{{` and `}}`, or in a row of `{% elif %}`.
const WORDS: [usize; 2] = [4096, 150];
/// Filters and tests that look at no more than the beginning, the end, the length or the kind.
const SHORT: [&str; 8] = ["length", "count", "first", "last", "default", "d", "list", "items"];

type Made<T> = Result<T, Error>;

/// The tree of a template.
pub(super) fn guarded<'a>(source: &'a str, name: &'a str, syntax: SyntaxConfig) -> Made<Stmt<'a>> {
    let (mut words, mut branches) = (0, 0);
    for token in tokenize(source, false, syntax.clone()) {
        match token?.0 {
            Token::VariableStart | Token::BlockStart => words = 0,
            Token::Ident("elif") if words == 0 => branches += 1,
            _ => words += 1,
        }
        if words > WORDS[0] || branches > WORDS[1] {
            return Err(deep());
        }
    }
    stmt(&parse(source, name, syntax)?, DEEP)
}

fn deep() -> Error {
    Error::new(ErrorKind::InvalidOperation, "recursion: it lies too deep within itself")
}

/// The expression as it goes through a filter.
fn through<'a>(filter: &'static str, made: Expr<'a>) -> Expr<'a> {
    let span = made.span();
    Expr::Filter(Spanned::new(ast::Filter { name: filter, expr: Some(made), args: vec![] }, span))
}

fn stmts<'a>(all: &[Stmt<'a>], deep: usize) -> Made<Vec<Stmt<'a>>> {
    all.iter().map(|one| stmt(one, deep)).collect()
}

fn stmt<'a>(one: &Stmt<'a>, levels: usize) -> Made<Stmt<'a>> {
    let deep = levels.checked_sub(1).ok_or_else(deep)?;
    let body = |all: &[Stmt<'a>]| stmts(all, deep);
    let value = |one: &Expr<'a>| expr(one, deep);
    Ok(match one {
        Stmt::Template(s) => {
            Stmt::Template(Spanned::new(ast::Template { children: body(&s.children)? }, s.span()))
        }
        Stmt::EmitExpr(s) => {
            Stmt::EmitExpr(Spanned::new(ast::EmitExpr { expr: value(&s.expr)? }, s.span()))
        }
        Stmt::EmitRaw(s) => Stmt::EmitRaw(Spanned::new(ast::EmitRaw { raw: s.raw }, s.span())),
        Stmt::ForLoop(s) => {
            let made = ast::ForLoop {
                target: target(&s.target, deep)?,
                iter: value(&s.iter)?,
                filter_expr: s.filter_expr.as_ref().map(value).transpose()?,
                recursive: s.recursive,
                body: body(&s.body)?,
                else_body: body(&s.else_body)?,
            };
            Stmt::ForLoop(Spanned::new(made, s.span()))
        }
        Stmt::IfCond(s) => {
            let made = ast::IfCond {
                expr: value(&s.expr)?,
                true_body: body(&s.true_body)?,
                false_body: body(&s.false_body)?,
            };
            Stmt::IfCond(Spanned::new(made, s.span()))
        }
        Stmt::WithBlock(s) => {
            let set = s.assignments.iter().map(|(to, one)| assigned(to, one, deep));
            let assignments = set.collect::<Made<_>>()?;
            let made = ast::WithBlock { assignments, body: body(&s.body)? };
            Stmt::WithBlock(Spanned::new(made, s.span()))
        }
        Stmt::Set(s) => {
            let (target, expr) = assigned(&s.target, &s.expr, deep)?;
            Stmt::Set(Spanned::new(ast::Set { target, expr }, s.span()))
        }
        Stmt::SetBlock(s) => {
            let made = ast::SetBlock {
                target: target(&s.target, deep)?,
                filter: s.filter.as_ref().map(value).transpose()?,
                body: body(&s.body)?,
            };
            Stmt::SetBlock(Spanned::new(made, s.span()))
        }
        Stmt::FilterBlock(s) => {
            let (filter, filter_span) = (value(&s.filter)?, s.filter_span);
            let made = ast::FilterBlock { filter, filter_span, body: body(&s.body)? };
            Stmt::FilterBlock(Spanned::new(made, s.span()))
        }
        Stmt::Macro(s) => Stmt::Macro(macro_of(s, deep)?),
        Stmt::CallBlock(s) => {
            let made = ast::CallBlock {
                call: call(&s.call, deep)?,
                call_expr_span: s.call_expr_span,
                macro_decl: macro_of(&s.macro_decl, deep)?,
            };
            Stmt::CallBlock(Spanned::new(made, s.span()))
        }
        Stmt::Continue(s) => Stmt::Continue(Spanned::new(ast::Continue, s.span())),
        Stmt::Break(s) => Stmt::Break(Spanned::new(ast::Break, s.span())),
        Stmt::Do(s) => Stmt::Do(Spanned::new(ast::Do { call: call(&s.call, deep)? }, s.span())),
        _ => {
            let why =
                "there are no other templates to include, import or extend, and nothing to escape";
            return Err(Error::new(ErrorKind::InvalidOperation, why));
        }
    })
}

fn macro_of<'a>(one: &Spanned<ast::Macro<'a>>, deep: usize) -> Made<Spanned<ast::Macro<'a>>> {
    let args = one.args.iter().map(|one| target(one, deep)).collect::<Made<_>>()?;
    let defaults = one.defaults.iter().map(|one| expr(one, deep)).collect::<Made<_>>()?;
    let made = ast::Macro { name: one.name, args, defaults, body: stmts(&one.body, deep)? };
    Ok(Spanned::new(made, one.span()))
}

fn assigned<'a>(to: &Expr<'a>, one: &Expr<'a>, deep: usize) -> Made<(Expr<'a>, Expr<'a>)> {
    let made = expr(one, deep)?;
    let made = if matches!(to, Expr::GetAttr(_)) { through(HELD, made) } else { made };
    Ok((target(to, deep)?, made))
}

/// What a value is given to.
fn target<'a>(one: &Expr<'a>, levels: usize) -> Made<Expr<'a>> {
    let deep = levels.checked_sub(1).ok_or_else(deep)?;
    let all = |items: &[Expr<'a>]| items.iter().map(|one| target(one, deep)).collect::<Made<_>>();
    let span = one.span();
    Ok(match one {
        Expr::GetAttr(e) => {
            let made = ast::GetAttr { expr: expr(&e.expr, deep)?, name: e.name };
            Expr::GetAttr(Spanned::new(made, span))
        }
        Expr::List(e) => Expr::List(Spanned::new(ast::List { items: all(&e.items)? }, span)),
        other => expr(other, levels)?,
    })
}

fn args<'a>(all: &[CallArg<'a>], walked: bool, deep: usize) -> Made<Vec<CallArg<'a>>> {
    let value = |one: &Expr<'a>| -> Made<Expr<'a>> {
        let made = expr(one, deep)?;
        Ok(if walked { through(WEIGHED, made) } else { made })
    };
    let arg = |one: &CallArg<'a>| -> Made<CallArg<'a>> {
        Ok(match one {
            CallArg::Pos(one) => CallArg::Pos(value(one)?),
            CallArg::Kwarg(name, one) => CallArg::Kwarg(name, value(one)?),
            CallArg::PosSplat(one) => CallArg::PosSplat(through(WEIGHED, expr(one, deep)?)),
            CallArg::KwargSplat(one) => CallArg::KwargSplat(through(WEIGHED, expr(one, deep)?)),
        })
    };
    all.iter().map(arg).collect()
}

fn call<'a>(one: &Spanned<ast::Call<'a>>, levels: usize) -> Made<Spanned<ast::Call<'a>>> {
    let deep = levels.checked_sub(1).ok_or_else(deep)?;
    let (of, walked) = match &one.expr {
        Expr::GetAttr(e) => {
            if e.name == "cycle" && one.args.is_empty() {
                return Err(Error::new(ErrorKind::MissingArgument, "loop.cycle() of nothing"));
            }
            let filter = if e.name == "count" { WEIGHED } else { READ };
            let made = ast::GetAttr { expr: through(filter, expr(&e.expr, deep)?), name: e.name };
            (Expr::GetAttr(Spanned::new(made, e.span())), true)
        }
        other => (expr(other, deep)?, false),
    };
    let args = args(&one.args, walked, deep)?;
    Ok(Spanned::new(ast::Call { expr: of, args }, one.span()))
}

fn expr<'a>(one: &Expr<'a>, levels: usize) -> Made<Expr<'a>> {
    let deep = levels.checked_sub(1).ok_or_else(deep)?;
    let value = |one: &Expr<'a>| expr(one, deep);
    let maybe = |one: &Option<Expr<'a>>| one.as_ref().map(value).transpose();
    let all = |items: &[Expr<'a>]| items.iter().map(value).collect::<Made<Vec<_>>>();
    let span = one.span();
    Ok(match one {
        Expr::Var(e) => Expr::Var(Spanned::new(ast::Var { id: e.id }, span)),
        Expr::Const(e) => Expr::Const(Spanned::new(ast::Const { value: e.value.clone() }, span)),
        Expr::Slice(e) => {
            let of = through(READ, value(&e.expr)?);
            let (start, stop, step) = (maybe(&e.start)?, maybe(&e.stop)?, maybe(&e.step)?);
            let made = ast::Slice { expr: of, start, stop, step };
            through(KEPT, Expr::Slice(Spanned::new(made, span)))
        }
        Expr::UnaryOp(e) => {
            let op = if matches!(e.op, ast::UnaryOpKind::Not) {
                ast::UnaryOpKind::Not
            } else {
                ast::UnaryOpKind::Neg
            };
            Expr::UnaryOp(Spanned::new(ast::UnaryOp { op, expr: value(&e.expr)? }, span))
        }
        Expr::BinOp(e) => binary(e, value(&e.left)?, value(&e.right)?),
        Expr::Compare(e) => {
            let weighed = |one: &Expr<'a>| value(one).map(|made| through(WEIGHED, made));
            let op = |one: &ast::CompareOp<'a>| {
                weighed(&one.expr).map(|expr| ast::CompareOp { op: one.op, expr })
            };
            let ops = e.ops.iter().map(op).collect::<Made<_>>()?;
            Expr::Compare(Spanned::new(ast::Compare { expr: weighed(&e.expr)?, ops }, span))
        }
        Expr::IfExpr(e) => {
            let test_expr = value(&e.test_expr)?;
            let (true_expr, false_expr) = (value(&e.true_expr)?, maybe(&e.false_expr)?);
            Expr::IfExpr(Spanned::new(ast::IfExpr { test_expr, true_expr, false_expr }, span))
        }
        Expr::Filter(e) => {
            let walked = !SHORT.contains(&e.name);
            let of = maybe(&e.expr)?.map(|of| if walked { through(WEIGHED, of) } else { of });
            let made = ast::Filter { name: e.name, expr: of, args: args(&e.args, walked, deep)? };
            through(KEPT, Expr::Filter(Spanned::new(made, span)))
        }
        Expr::Test(e) => {
            let walked = !e.args.is_empty() || ["lower", "upper"].contains(&e.name);
            let of = value(&e.expr)?;
            let of = if walked { through(WEIGHED, of) } else { of };
            let made = ast::Test { name: e.name, expr: of, args: args(&e.args, walked, deep)? };
            Expr::Test(Spanned::new(made, span))
        }
        Expr::GetAttr(e) => {
            let made = ast::GetAttr { expr: value(&e.expr)?, name: e.name };
            Expr::GetAttr(Spanned::new(made, span))
        }
        Expr::GetItem(e) => {
            let args = vec![CallArg::Pos(value(&e.subscript_expr)?)];
            let made = ast::Filter { name: ITEM, expr: Some(value(&e.expr)?), args };
            Expr::Filter(Spanned::new(made, span))
        }
        Expr::Call(e) => through(KEPT, Expr::Call(call(e, deep)?)),
        Expr::List(e) => {
            through(KEPT, Expr::List(Spanned::new(ast::List { items: all(&e.items)? }, span)))
        }
        Expr::Tuple(e) => {
            through(KEPT, Expr::Tuple(Spanned::new(ast::Tuple { items: all(&e.items)? }, span)))
        }
        Expr::Map(e) => {
            let made = ast::Map { keys: all(&e.keys)?, values: all(&e.values)? };
            through(KEPT, Expr::Map(Spanned::new(made, span)))
        }
    })
}

/// Two values and what stands between them.
fn binary<'a>(one: &Spanned<ast::BinOp<'a>>, left: Expr<'a>, right: Expr<'a>) -> Expr<'a> {
    use ast::BinOpKind::{Add, Concat, Div, FloorDiv, Mul, Pow, Rem, ScAnd, ScOr, Sub};
    let makes = matches!(one.op, Add | Mul);
    let walks =
        !matches!(one.op, Add | Mul | Concat | Div | FloorDiv | Pow | Rem | ScAnd | ScOr | Sub);
    let through_if = |walks, one| if walks { through(WEIGHED, one) } else { one };
    let (left, right) = (through_if(walks, left), through_if(walks, right));
    let made = Expr::BinOp(Spanned::new(ast::BinOp { op: one.op, left, right }, one.span()));
    if makes { through(KEPT, made) } else { made }
}
