using System.Text;
using Perisai.Engine.Containers.Views;

namespace Perisai.Engine.Tests.Containers.Views;

/// <summary>Which links of a page are taken, and what they show.</summary>
public sealed class PageLinksTests
{
    [Theory]
    [InlineData("<a href=\"http://a\">b c</a>", "Anchor http://a|b c")]
    [InlineData("<a href=http://a>b<b> c</b> d</a>e", "Anchor http://a|bcd")]
    [InlineData("<a href='http://a' title='t'>b</a>", "Title http://a|t", "Anchor http://a|b")]
    [InlineData("<a href='http://a'>b<a href='http://c'>d", "Anchor http://a|b", "Anchor http://c|d")]
    [InlineData("<a href='http://a'>b<img src='http://i'>c</a>", "Anchor http://a|bc", "Image http://a|http://i")]
    [InlineData("<img src='http://i'>c", "Image |http://i")]
    [InlineData("<form action='http://f'><a href='http://a'>b</a></form><a href='http://c'>d</a>", "Form http://f|http://a", "Anchor http://a|b", "Anchor http://c|d")]
    [InlineData("<a href='http://a'><iframe src='x'><area href='y'><img dynsrc='z'></a>", "Anchor http://a|", "Frame http://a|x", "Frame http://a|y", "Frame http://a|z")]
    [InlineData("<a name='x'>b</a>")]
    [InlineData("<a href=''>b</a>")]
    [InlineData("<a href='http://a'>b<!-- c -->d<i>e</i></a>", "Anchor http://a|be")]
    [InlineData("<a href='http://a'>b&amp;c</a>", "Anchor http://a|b&amp;c")]
    [InlineData("<a href=\"a b>c</a>", "Anchor a |c")]
    [InlineData("<a href='http://a'>x\u3002y</a>", "Anchor http://a|x.y")]
    public void Are_taken(string page, params string[] expected)
    {
        var links = new PageLinks();
        using var nowhere = new ViewWriter(new ScanBudget(ScanLimits.Default), isWanted: false);
        var reader = new PageNormalizer(nowhere, nowhere, NoParts.Instance, links);
        reader.Write(Encoding.UTF8.GetBytes(page));
        reader.End();
        links.End();
        Assert.Equal(expected, links.Links.Select(link => $"{link.Kind} {link.Real}|{link.Displayed}"));
    }
}
